// A product that sells to companies, in Go: go-oidc signs people in, webhooks bring what their directory does.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"log"
	"maps"
	"net/http"
	"net/url"
	"os"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	webhook "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"golang.org/x/oauth2"
)

var (
	pages                   = template.Must(template.ParseFiles("pages.html"))
	rollcallURL, productURL = os.Getenv("ROLLCALL_URL"), os.Getenv("PRODUCT_URL")
	provider                = must(oidc.NewProvider(context.Background(), rollcallURL+"/oidc"))
	hooks                   = must(webhook.NewWebhook(os.Getenv("WEBHOOK_SECRET")))
	// In a product these are tables: people by their id, sessions by what the cookie carries.
	lock, people, sessions = sync.Mutex{}, map[string]Person{}, map[string]Person{}
	config                 = oauth2.Config{ClientID: os.Getenv("CLIENT_ID"), ClientSecret: os.Getenv("CLIENT_SECRET"),
		Endpoint: provider.Endpoint(), RedirectURL: productURL + "/callback", Scopes: []string{"openid profile email organization"}}
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// Person is somebody as an ID token or an event names them.
type Person struct {
	ID             string `json:"sub"`
	OrganizationID string `json:"org_id"`
	Organization   string `json:"org_slug"`

	Name, DisplayName, UserName, Email, Role, IDToken, Event string
	Active                                                   bool
}

// follow keeps the newest event of a person: their ids sort by time. Another role is a reason to sign in anew.
func follow(body []byte) {
	var told struct {
		ID, Type              string
		Subject, Organization struct{ Type, ID string }
		Data                  struct{ State *Person }
	}
	isRead := json.Unmarshal(body, &told) == nil
	id, one := told.Subject.ID, people[told.Subject.ID]
	if !isRead || told.Subject.Type != "user" || one.Event >= told.ID {
		return
	}
	if told.Data.State != nil {
		one = *told.Data.State
	}
	one.Event, one.OrganizationID = told.ID, told.Organization.ID
	one.Active = one.Active && told.Type != "user.deprovisioned"
	people[id] = one
	maps.DeleteFunc(sessions, func(_ string, session Person) bool {
		return session.ID == id && (!one.Active || told.Type == "user.role_changed")
	})
}

// read gives what a cookie carries, or nothing.
func read(r *http.Request, name string) (value string) {
	for _, cookie := range r.CookiesNamed(name) {
		value = cookie.Value
	}
	return value
}

func write(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// finish takes the code of a sign-in that was begun in this browser. The challenge is its state and its nonce as well: only this browser
// has what it was made of.
func finish(r *http.Request) (one Person, err error) {
	query, begun := r.URL.Query(), read(r, "login")
	challenge := oauth2.S256ChallengeFromVerifier(begun)
	if begun == "" || query.Get("state") != challenge {
		return one, errors.New("This sign-in was not begun here.")
	} else if query.Has("error") {
		return one, errors.New(query.Get("error_description"))
	}
	tokens, err := config.Exchange(r.Context(), query.Get("code"), oauth2.VerifierOption(begun))
	if err != nil {
		return one, err
	}
	one.IDToken, _ = tokens.Extra("id_token").(string)
	token, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(r.Context(), one.IDToken)
	if err != nil || token.Nonce != challenge {
		return one, errors.New("The ID token is not for this sign-in.")
	}
	return one, token.Claims(&one)
}

// settingsLink opens once; the way back from the settings leads here. Without one nothing opens.
func settingsLink(one Person) string {
	body, _ := json.Marshal(map[string]string{"role": one.Role, "email": one.Email, "returnUrl": productURL + "/"})
	ask, _ := http.NewRequest("POST", rollcallURL+"/api/v1/organizations/"+one.Organization+"/portal-links", bytes.NewReader(body))
	ask.Header = http.Header{"Authorization": {"Bearer " + os.Getenv("OPERATOR_KEY")}, "Content-Type": {"application/json"}}
	link := struct{ URL string }{"/"}
	if answer, err := http.DefaultClient.Do(ask); err == nil {
		defer answer.Body.Close()
		json.NewDecoder(answer.Body).Decode(&link)
	}
	return link.URL
}

func main() {
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		pages.Execute(w, map[string]any{"Who": sessions[read(r, "session")], "People": people})
	})
	http.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		begun := oauth2.GenerateVerifier()
		write(w, "login", begun)
		challenge := oauth2.S256ChallengeFromVerifier(begun)
		// Whose sign-in, where it is known: organization, or login_hint with an address. Else Rollcall asks.
		whose := oauth2.SetAuthURLParam("organization", r.FormValue("organization"))
		to := config.AuthCodeURL(challenge, oidc.Nonce(challenge), oauth2.S256ChallengeOption(begun), whose)
		http.Redirect(w, r, to, http.StatusFound)
	})
	http.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		one, err := finish(r)
		if err != nil {
			w.WriteHeader(http.StatusForbidden)
			pages.Execute(w, map[string]any{"Reason": err.Error()})
			return
		}
		key := oauth2.GenerateVerifier()
		sessions[key] = one
		write(w, "session", key)
		http.Redirect(w, r, "/", http.StatusFound)
	})
	http.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) {
		key := read(r, "session")
		back := url.Values{"id_token_hint": {sessions[key].IDToken}, "post_logout_redirect_uri": {productURL + "/"}}
		delete(sessions, key)
		http.Redirect(w, r, rollcallURL+"/oidc/session/end?"+back.Encode(), http.StatusSeeOther)
	})
	// The body as it came, before anybody parses it.
	http.HandleFunc("POST /webhooks", func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); hooks.Verify(body, r.Header) == nil {
			follow(body)
		} else {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	http.HandleFunc("POST /settings/security", func(w http.ResponseWriter, r *http.Request) {
		one, to := sessions[read(r, "session")], "/"
		if one.Role == "admin" || one.Role == "owner" {
			to = settingsLink(one)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	})
	// One request at a time: in a product the database sees to that.
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		http.MaxBytesHandler(http.DefaultServeMux, 1<<20).ServeHTTP(w, r)
	})))
}
