module kayan.test/orders

go 1.18
