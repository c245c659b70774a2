package api

import (
	_ "embed"
	"net/http"
)

// openAPIDoc is the description of the API (OpenAPI 3.1). A test compares it with the routes.
//
//go:embed openapi.json
var openAPIDoc []byte

func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", typeJSON)
	w.Header().Set("Cache-Control", "no-cache")
	write(w, r, openAPIDoc)
}
