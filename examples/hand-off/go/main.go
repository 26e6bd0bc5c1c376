// A product in one file: its people sign in, it hears of every change, and its customers' administrators reach their settings.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"golang.org/x/oauth2"
)

var (
	rollcallURL = os.Getenv("ROLLCALL_URL")
	productURL  = os.Getenv("PRODUCT_URL")
)

type begun struct{ state, nonce, verifier string }

type person struct {
	ID           string `json:"sub"`
	Email        string `json:"email"`
	Organization string `json:"org_slug"`
}

// In a product these are rows.
var (
	lock     sync.Mutex
	logins   = map[string]begun{}
	sessions = map[string]person{}
)

func setCookie(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: len(productURL) > 5 && productURL[:5] == "https",
	})
}

func who(r *http.Request) (person, bool) {
	cookie, err := r.Cookie("session")
	if err != nil {
		return person{}, false
	}
	lock.Lock()
	defer lock.Unlock()
	one, ok := sessions[cookie.Value]
	return one, ok
}

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, rollcallURL+"/oidc")
	if err != nil {
		log.Fatal(err)
	}
	config := oauth2.Config{
		ClientID: os.Getenv("CLIENT_ID"), ClientSecret: os.Getenv("CLIENT_SECRET"),
		Endpoint: provider.Endpoint(), RedirectURL: productURL + "/callback",
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: config.ClientID})
	webhook, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal(err)
	}

	// 1. Sign-in.
	http.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		id := oauth2.GenerateVerifier()
		one := begun{oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()}
		lock.Lock()
		logins[id] = one
		lock.Unlock()
		setCookie(w, "login", id)
		// Whose sign-in, where you know it: organization, or login_hint with an address. Else Rollcall asks.
		organization := oauth2.SetAuthURLParam("organization", r.URL.Query().Get("organization"))
		to := config.AuthCodeURL(one.state, oidc.Nonce(one.nonce), oauth2.S256ChallengeOption(one.verifier), organization)
		http.Redirect(w, r, to, http.StatusFound)
	})
	http.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("login")
		if err != nil {
			http.Error(w, "This sign-in was not begun here.", http.StatusBadRequest)
			return
		}
		lock.Lock()
		one, ok := logins[cookie.Value]
		delete(logins, cookie.Value)
		lock.Unlock()
		if !ok || r.URL.Query().Get("state") != one.state {
			http.Error(w, "This sign-in was not begun here.", http.StatusBadRequest)
			return
		}
		tokens, err := config.Exchange(r.Context(), r.URL.Query().Get("code"), oauth2.VerifierOption(one.verifier))
		if err != nil {
			http.Error(w, "Rollcall gave no tokens.", http.StatusBadGateway)
			return
		}
		raw, _ := tokens.Extra("id_token").(string)
		token, err := verifier.Verify(r.Context(), raw)
		if err != nil || token.Nonce != one.nonce {
			http.Error(w, "The ID token is not for this sign-in.", http.StatusBadRequest)
			return
		}
		var signedIn person
		if err := token.Claims(&signedIn); err != nil {
			http.Error(w, "The claims cannot be read.", http.StatusBadRequest)
			return
		}
		session := oauth2.GenerateVerifier()
		lock.Lock()
		sessions[session] = signedIn
		lock.Unlock()
		setCookie(w, "session", session)
		http.Redirect(w, r, "/", http.StatusFound)
	})
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		one, ok := who(r)
		if !ok {
			http.Redirect(w, r, "/login", http.StatusFound)
			return
		}
		fmt.Fprintf(w, "%s of %s", one.Email, one.Organization)
	})

	// 2. Webhooks: the body as it came, before anybody parses it.
	http.HandleFunc("POST /webhooks", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || webhook.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var event struct {
			Type    string
			Subject struct{ ID string }
		}
		if err := json.Unmarshal(body, &event); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		log.Println(event.Type, event.Subject.ID)
		w.WriteHeader(http.StatusNoContent)
	})

	// 3. "Settings > Security", for administrators of a customer.
	http.HandleFunc("GET /settings/security", func(w http.ResponseWriter, r *http.Request) {
		one, ok := who(r)
		if !ok {
			http.Redirect(w, r, "/login", http.StatusFound)
			return
		}
		body, _ := json.Marshal(map[string]string{"role": "admin", "email": one.Email, "returnUrl": productURL + "/"})
		to := rollcallURL + "/api/v1/organizations/" + url.PathEscape(one.Organization) + "/portal-links"
		ask, _ := http.NewRequestWithContext(r.Context(), http.MethodPost, to, bytes.NewReader(body))
		ask.Header.Set("Authorization", "Bearer "+os.Getenv("OPERATOR_KEY"))
		ask.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(ask)
		if err != nil {
			http.Error(w, "Rollcall does not answer.", http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		var link struct{ URL string }
		if answer.StatusCode != http.StatusCreated || json.NewDecoder(answer.Body).Decode(&link) != nil {
			http.Error(w, "Rollcall made no link.", http.StatusBadGateway)
			return
		}
		http.Redirect(w, r, link.URL, http.StatusFound)
	})

	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
