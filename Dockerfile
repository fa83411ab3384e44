# The image holds the binary and the certificates that it needs to speak to
# GitHub, and nothing else. Reports are mounted:
#
#   docker build -t tollgate .
#   docker run --rm -v "$PWD:/src:ro" -w /src tollgate check
FROM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o /tollgate ./cmd/tollgate

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /tollgate /tollgate
USER 65532:65532
ENTRYPOINT ["/tollgate"]
