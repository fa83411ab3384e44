package cli

import (
	"github.com/tollgate-ci/tollgate/internal/github"
)

// token is the one that the runner or the user gives, "" if there is none.
func (a *app) token() string {
	return firstOf(a.env.Getenv("GITHUB_TOKEN"), a.env.Getenv("GH_TOKEN"))
}

// hiddenToken is that token, which the runner from here on shows in no log.
func (a *app) hiddenToken() (string, error) {
	token := a.token()
	if a.runner != nil {
		if err := a.runner.Mask(token); err != nil {
			return "", &exitError{ExitInternal, err}
		}
	}
	return token, nil
}

// github is a client with the options of a command, and with what is the same in all:
// the host, the clock that runs, and where its notes go.
func (a *app) github(o github.Options) (*github.Client, error) {
	o.BaseURL, o.UserAgent, o.Transport = a.env.Getenv("GITHUB_API_URL"), "tollgate/"+version(), a.env.Transport
	o.Now, o.Sleep, o.Log = a.wall, a.env.Sleep, func(line string) { a.note("%s", line) }
	client, err := github.New(o)
	if err != nil {
		return nil, usage("%w", err)
	}
	return client, nil
}

// reader is a client for files, nil without a token.
func (a *app) reader() (*github.Client, error) {
	token := a.token()
	if token == "" {
		return nil, nil
	}
	return a.github(github.Options{Token: token})
}
