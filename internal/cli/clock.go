package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// calendarBeside makes the calendar of a policy, with the holidays from its
// directory. Without the file that it names nobody knows when people work.
func (a *app) calendarBeside(p *policy.Policy, policyFile string) error {
	path := p.HolidaysBeside(filepath.ToSlash(policyFile))
	var data []byte
	if path != "" {
		var err error
		data, err = readSmall(filepath.FromSlash(path), calendar.MaxICS)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return usage("the holidays: the policy names %s, which is not there", path)
		case err != nil:
			return usage("the holidays: %w", err)
		}
	}
	return a.parseCalendar(p, path, data)
}

// baseCalendar does so with the holidays of the base branch.
func (a *app) baseCalendar(p *policy.Policy, policyFile, base string, file func(string) ([]byte, bool, error)) error {
	path := p.HolidaysBeside(policyFile)
	if path == "" {
		return a.parseCalendar(p, "", nil)
	}
	data, found, err := file(path)
	switch {
	case err != nil:
		return &exitError{ExitInconclusive, fmt.Errorf("the holidays of the base branch: %w", err)}
	case !found:
		return usage("the holidays: the policy names %s, which the base branch does not have", path)
	}
	return a.parseCalendar(p, path+"@"+evidence.ShortCommit(base), data)
}

func (a *app) parseCalendar(p *policy.Policy, name string, data []byte) error {
	if err := p.ReadCalendar(time.LoadLocation, name, data); err != nil {
		return a.policyError(err)
	}
	return nil
}
