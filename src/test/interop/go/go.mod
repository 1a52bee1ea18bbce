module opencensus-go

go 1.21

require go.opencensus.io v0.24.0

require github.com/golang/groupcache v0.0.0-20200121045136-8c9f03a8e57e // indirect
