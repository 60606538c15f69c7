module kayan.test/current

go 1.18

require (
	github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common v1.3.209
	kayan.test/orders v0.0.0
)

replace kayan.test/orders => ../orders
