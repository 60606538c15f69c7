module kayan.test/typed

go 1.18

require (
	github.com/tencentcloud/tencentcloud-sdk-go v1.0.162
	kayan.test/orders v0.0.0
)

replace kayan.test/orders => ../orders
