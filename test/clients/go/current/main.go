// Command current drives today's module `common` of tencentcloud-sdk-go, which holds all of the SDK's
// signing, transport and errors, with only the endpoint changed. The request and response are written
// as the SDK's product packages write theirs, for its generic request knows no verb but POST.
package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
	"kayan.test/orders"
)

const module = "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"

// Mobile is the parameter that the vendor does not know.
type verificationRequest struct {
	*tchttp.BaseRequest
	Name     *string `json:"Name,omitempty" name:"Name"`
	BankCard *string `json:"BankCard,omitempty" name:"BankCard"`
	Phone    *string `json:"Phone,omitempty" name:"Phone"`
	IdCard   *string `json:"IdCard,omitempty" name:"IdCard"`
	CertType *int64  `json:"CertType,omitempty" name:"CertType"`
	Mobile   *string `json:"Mobile,omitempty" name:"Mobile"`
}

type verificationResponse struct {
	*tchttp.BaseResponse
	Response *struct{ Result, Description, RequestId *string }
}

func main() {
	orders.Serve("tencentcloud-sdk-go common", module, read)
}

func clientFor(order orders.Order) *common.Client {
	settings := profile.NewClientProfile()
	settings.SignMethod = order.SignMethod
	settings.UnsignedPayload = order.UnsignedPayload
	if order.Gateway {
		settings.HttpProfile.ApigwEndpoint = order.Endpoint
	} else {
		settings.HttpProfile.Endpoint = order.Endpoint
	}
	settings.HttpProfile.Scheme = order.Scheme()
	settings.HttpProfile.ReqMethod = order.Verb
	if order.Language != "" {
		settings.Language = order.Language
	}
	return common.NewCommonClient(common.NewCredential(order.ID, order.Secret), "", settings)
}

func read(order orders.Order) orders.Reading {
	request := &verificationRequest{BaseRequest: &tchttp.BaseRequest{}}
	request.Init().WithApiInfo("faceid", "2018-03-01", "BankCard4EVerification")
	if err := json.Unmarshal(order.Parameters, request); err != nil {
		panic(err)
	}
	response := &verificationResponse{BaseResponse: &tchttp.BaseResponse{}}
	if err := clientFor(order).Send(request, response); err != nil {
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
