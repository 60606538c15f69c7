// Command typed drives the typed faceid client of tencentcloud-sdk-go in an edition of 2021, when the
// SDK was one module, with only the endpoint changed.
package main

import (
	"errors"
	"fmt"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
	faceid "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/faceid/v20180301"
	"kayan.test/orders"
)

const module = "github.com/tencentcloud/tencentcloud-sdk-go"

func main() {
	orders.Serve("tencentcloud-sdk-go", module, read)
}

func clientFor(order orders.Order) *faceid.Client {
	settings := profile.NewClientProfile()
	settings.SignMethod = order.SignMethod
	settings.UnsignedPayload = order.UnsignedPayload
	settings.HttpProfile.Endpoint = order.Endpoint
	settings.HttpProfile.Scheme = order.Scheme()
	settings.HttpProfile.ReqMethod = order.Verb
	if order.Language != "" {
		settings.Language = order.Language
	}
	client, err := faceid.NewClient(common.NewCredential(order.ID, order.Secret), "", settings)
	if err != nil {
		panic(err)
	}
	return client
}

func read(order orders.Order) orders.Reading {
	request := faceid.NewBankCard4EVerificationRequest()
	if err := request.FromJsonString(string(order.Parameters)); err != nil {
		panic(err)
	}
	response, err := clientFor(order).BankCard4EVerification(request)
	if err != nil {
		return refusal(err)
	}
	return orders.Reading{
		Result:      *response.Response.Result,
		Description: *response.Response.Description,
		RequestID:   *response.Response.RequestId,
	}
}

func refusal(err error) orders.Reading {
	var refused *tcerrors.TencentCloudSDKError
	if !errors.As(err, &refused) {
		return orders.Reading{Error: &orders.Refusal{Type: fmt.Sprintf("%T", err), Message: err.Error()}}
	}
	return orders.Reading{Error: &orders.Refusal{
		Type:      fmt.Sprintf("%T", err),
		Code:      refused.Code,
		Message:   refused.Message,
		RequestID: refused.RequestId,
	}}
}
