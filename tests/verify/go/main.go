// A service around Verifier of docs/verify.md: GET /me tells whose token came.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"strings"

	"service/portcullis"
)

func main() {
	algorithms := os.Getenv("ALGORITHMS")
	if algorithms == "" {
		algorithms = "ES256"
	}
	verifier := &portcullis.Verifier{
		Issuer:     os.Getenv("PORTCULLIS_ISSUER"),
		Audience:   os.Getenv("PORTCULLIS_AUDIENCE"),
		Algorithms: strings.Split(algorithms, ","),
	}
	if verifier.Audience == "" {
		verifier.Audience = verifier.Issuer
	}
	http.HandleFunc("/me", func(response http.ResponseWriter, request *http.Request) {
		status, body := me(verifier, request.Header.Get("Authorization"))
		response.Header().Set("Content-Type", "application/json")
		response.WriteHeader(status)
		_ = json.NewEncoder(response).Encode(body)
	})
	log.Fatal(http.ListenAndServe(os.Getenv("LISTEN"), nil))
}

func me(verifier *portcullis.Verifier, authorization string) (int, map[string]string) {
	if len(authorization) < 7 || !strings.EqualFold(authorization[:7], "Bearer ") {
		return http.StatusUnauthorized, nil
	}
	claims, err := verifier.Verify(authorization[7:])
	switch {
	case errors.Is(err, portcullis.ErrKeys):
		return http.StatusServiceUnavailable, nil
	case err != nil:
		return http.StatusUnauthorized, nil
	}
	return http.StatusOK, map[string]string{"id": claims.Subject}
}
