module shop

go 1.21

require github.com/open-feature/go-sdk v1.14.1
