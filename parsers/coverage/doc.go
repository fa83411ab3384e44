// Package coverage reads coverage reports, one file a format.
package coverage
