// Command picture draws what a terminal shows as SVG: it reads text with colour
// codes from standard input and writes the picture to standard output. The
// pictures in the README are made by it from real runs; a test keeps them true.
package main

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-runewidth"
)

func main() {
	if err := draw(os.Stdout, os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

// Sizes in pixels of a 13 px monospace font.
const (
	cellWidth  = 7.8
	lineHeight = 18
	margin     = 16
)

// colours of the SGR codes that render.Style uses.
var colours = map[string]string{"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff", "2": "#8b949e"}

var columns = &runewidth.Condition{StrictEmojiNeutral: true}

// draw writes one text element for each run of equal style, at its column, so that
// a fallback font of another width cannot shift what stands in columns.
func draw(w io.Writer, r io.Reader) error {
	var body strings.Builder
	width, y := 0, margin
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		y += lineHeight
		column, colour, weight := 0, "#e6edf3", "400"
		for i, part := range strings.Split(sc.Text(), "\x1b[") {
			text := part
			if i > 0 {
				code, rest, _ := strings.Cut(part, "m")
				text = rest
				switch c, ok := colours[code]; {
				case ok:
					colour = c
				case code == "1":
					weight = "700"
				case code == "0":
					colour, weight = "#e6edf3", "400"
				}
			}
			if strings.TrimSpace(text) != "" {
				lead := len(text) - len(strings.TrimLeft(text, " "))
				fmt.Fprintf(&body, `<text x="%.1f" y="%d" fill="%s" font-weight="%s">%s</text>`+"\n",
					margin+float64(column+lead)*cellWidth, y, colour, weight, html.EscapeString(strings.TrimSpace(text)))
			}
			column += columns.StringWidth(text)
		}
		width = max(width, column)
	}
	if err := sc.Err(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" xml:space="preserve" role="img">
<rect width="100%%" height="100%%" rx="8" fill="#0d1117"/>
%s</svg>
`, 2*margin+float64(width)*cellWidth, y+margin, body.String())
	return err
}
