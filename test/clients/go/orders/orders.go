// Package orders is the conversation of a Go client program with the runner.
package orders

import (
	"bufio"
	"encoding/json"
	"os"
	"runtime/debug"
	"strings"
)

// Order is one call to make.
type Order struct {
	Case            string          `json:"case"`
	Mode            string          `json:"mode"`
	Verb            string          `json:"verb"`
	Endpoint        string          `json:"endpoint"`
	ID              string          `json:"id"`
	Secret          string          `json:"secret"`
	Language        string          `json:"language"`
	SignMethod      string          `json:"signMethod"`
	UnsignedPayload bool            `json:"unsignedPayload"`
	Gateway         bool            `json:"gateway"`
	TLS             bool            `json:"tls"`
	Parameters      json.RawMessage `json:"parameters"`
}

// Scheme of the endpoint, as the clients spell it.
func (order Order) Scheme() string {
	if order.TLS {
		return "HTTPS"
	}
	return "HTTP"
}

// Refusal is what the client's own error type says.
type Refusal struct {
	Type      string `json:"type"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"requestId"`
}

// Reading is what one call gave, in the client's own terms.
type Reading struct {
	Result      string   `json:"result,omitempty"`
	Description string   `json:"description,omitempty"`
	RequestID   string   `json:"requestId,omitempty"`
	Error       *Refusal `json:"error,omitempty"`
}

type answer struct {
	Client string `json:"client"`
	Mode   string `json:"mode"`
	Verb   string `json:"verb"`
	Case   string `json:"case"`
	Reading
}

// Serve introduces the client by the version of its module, then carries out one order after the
// other until the input ends.
func Serve(client, module string, call func(Order) Reading) {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	must(out.Encode(map[string]string{"client": client, "version": versionOf(module)}))
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var order Order
		must(json.Unmarshal(lines.Bytes(), &order))
		must(out.Encode(answer{client, order.Mode, order.Verb, order.Case, call(order)}))
	}
}

func versionOf(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return ""
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
