// Dex with its memory storage and one local password.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/memory"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"golang.org/x/crypto/bcrypt"
)

func main() {
	logger := logrus.New()
	store := memory.New(logger)
	hash, err := bcrypt.GenerateFromPassword([]byte(os.Getenv("PASSWORD")), bcrypt.DefaultCost)
	if err != nil {
		log.Fatal(err)
	}
	ann := storage.Password{Email: os.Getenv("EMAIL"), Username: "ann", UserID: "ann-1", Hash: hash}
	if err := store.CreatePassword(ann); err != nil {
		log.Fatal(err)
	}
	local := storage.Connector{ID: server.LocalConnector, Name: "Email", Type: server.LocalConnector}
	dex, err := server.NewServer(context.Background(), server.Config{
		Issuer:             os.Getenv("BASE"),
		Storage:            storage.WithStaticConnectors(store, []storage.Connector{local}),
		SkipApprovalScreen: true,
		Web:                server.WebConfig{Dir: os.Getenv("WEB")},
		Logger:             logger,
		PrometheusRegistry: prometheus.NewRegistry(),
	})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/", dex)
	// As its gRPC API does it.
	http.HandleFunc("/admin/register", func(w http.ResponseWriter, r *http.Request) {
		var told storage.Client
		if err := json.NewDecoder(r.Body).Decode(&told); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := store.CreateClient(told); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
		}
	})
	base, err := url.Parse(os.Getenv("BASE"))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(base.Host, nil))
}
