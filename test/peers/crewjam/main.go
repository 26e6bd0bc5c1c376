// An identity provider on crewjam/saml's samlidp, whose admin endpoints are on loopback like everything else here.
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/crewjam/saml/samlidp"
	"github.com/crewjam/saml/xmlenc"
)

func newKey() (*rsa.PrivateKey, *x509.Certificate) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		log.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "crewjam"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		log.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		log.Fatal(err)
	}
	return key, certificate
}

func main() {
	base, err := url.Parse(os.Getenv("BASE"))
	if err != nil {
		log.Fatal(err)
	}
	store := &samlidp.MemoryStore{}
	var lock sync.RWMutex
	var server *samlidp.Server
	start := func() {
		key, certificate := newKey()
		made, err := samlidp.New(samlidp.Options{URL: *base, Key: key, Certificate: certificate, Store: store})
		if err != nil {
			log.Fatal(err)
		}
		server = made
	}
	start()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		lock.RLock()
		now := server
		lock.RUnlock()
		now.ServeHTTP(w, r)
	})
	// What its users and services are stays in the store; only the key is another.
	http.HandleFunc("/admin/roll", func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		start()
		lock.Unlock()
	})
	http.HandleFunc("/admin/encryption", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		lock.Lock()
		defer lock.Unlock()
		server.IDP.AssertionEncrypter = nil
		if string(body) == "AES-CBC" {
			encrypter := xmlenc.OAEP()
			encrypter.BlockCipher = xmlenc.AES256CBC
			server.IDP.AssertionEncrypter = encrypter
		}
	})
	log.Fatal(http.ListenAndServe(base.Host, nil))
}
