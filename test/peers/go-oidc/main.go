// A client of go-oidc and golang.org/x/oauth2: does what it is told by lines of JSON, and answers each with one.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

type command struct {
	Do           string   `json:"do"`
	Issuer       string   `json:"issuer"`
	ClientID     string   `json:"clientId"`
	ClientSecret string   `json:"clientSecret"`
	RedirectURI  string   `json:"redirectUri"`
	AfterLogout  string   `json:"afterLogout"`
	Scopes       []string `json:"scopes"`
	Callback     string   `json:"callback"`
}

type client struct {
	provider               *oidc.Provider
	config                 oauth2.Config
	endSession             string
	state, nonce, verifier string
	token                  *oauth2.Token
	used                   string
	idToken                string
}

type answer = map[string]any

func (c *client) configure(ctx context.Context, told command) (answer, error) {
	provider, err := oidc.NewProvider(ctx, told.Issuer)
	if err != nil {
		return nil, err
	}
	var document struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, err
	}
	c.provider, c.endSession = provider, document.EndSession
	c.config = oauth2.Config{
		ClientID: told.ClientID, ClientSecret: told.ClientSecret,
		Endpoint: provider.Endpoint(), RedirectURL: told.RedirectURI,
	}
	return answer{}, nil
}

func (c *client) begin(told command) (answer, error) {
	c.config.Scopes = told.Scopes
	c.state, c.nonce, c.verifier = oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	to := c.config.AuthCodeURL(c.state, oidc.Nonce(c.nonce), oauth2.S256ChallengeOption(c.verifier))
	return answer{"url": to}, nil
}

func (c *client) finish(ctx context.Context, told command) (answer, error) {
	callback, err := url.Parse(told.Callback)
	if err != nil {
		return nil, err
	}
	query := callback.Query()
	if query.Get("state") != c.state {
		return nil, errors.New("another state")
	}
	token, err := c.config.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(c.verifier))
	if err != nil {
		return nil, err
	}
	c.token = token
	raw, _ := token.Extra("id_token").(string)
	verified, err := c.provider.Verifier(&oidc.Config{ClientID: c.config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	if verified.Nonce != c.nonce {
		return nil, errors.New("another nonce")
	}
	// Core §3.1.3.6: optional of a token endpoint.
	if verified.AccessTokenHash != "" {
		if err := verified.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, err
		}
	}
	c.idToken = raw
	var claims answer
	if err := verified.Claims(&claims); err != nil {
		return nil, err
	}
	return answer{"claims": claims, "hasRefreshToken": token.RefreshToken != ""}, nil
}

func (c *client) userinfo(ctx context.Context) (answer, error) {
	info, err := c.provider.UserInfo(ctx, oauth2.StaticTokenSource(c.token))
	if err != nil {
		return nil, err
	}
	var claims answer
	if err := info.Claims(&claims); err != nil {
		return nil, err
	}
	return answer{"claims": claims}, nil
}

// With the present refresh token, or once more with the one before.
func (c *client) refresh(ctx context.Context, isReuse bool) (answer, error) {
	with := c.token.RefreshToken
	if isReuse {
		with = c.used
	}
	token, err := c.config.TokenSource(ctx, &oauth2.Token{RefreshToken: with}).Token()
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return answer{"error": refused.ErrorCode}, nil
	}
	if err != nil {
		return nil, err
	}
	c.used, c.token = with, token
	return answer{"isNew": token.RefreshToken != with}, nil
}

func (c *client) logout(told command) (answer, error) {
	to, err := url.Parse(c.endSession)
	if err != nil {
		return nil, err
	}
	query := to.Query()
	query.Set("id_token_hint", c.idToken)
	query.Set("post_logout_redirect_uri", told.AfterLogout)
	query.Set("state", "after")
	to.RawQuery = query.Encode()
	return answer{"url": to.String()}, nil
}

func (c *client) do(ctx context.Context, told command) (answer, error) {
	switch told.Do {
	case "configure":
		return c.configure(ctx, told)
	case "begin":
		return c.begin(told)
	case "finish":
		return c.finish(ctx, told)
	case "userinfo":
		return c.userinfo(ctx)
	case "refresh":
		return c.refresh(ctx, false)
	case "reuse":
		return c.refresh(ctx, true)
	case "logout":
		return c.logout(told)
	}
	return nil, fmt.Errorf("it cannot %q", told.Do)
}

func main() {
	ctx := context.Background()
	var one client
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var told command
		err := json.Unmarshal(lines.Bytes(), &told)
		var said answer
		if err == nil {
			said, err = one.do(ctx, told)
		}
		if err != nil {
			said = answer{"failure": err.Error()}
		}
		line, err := json.Marshal(said)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(line))
	}
}
