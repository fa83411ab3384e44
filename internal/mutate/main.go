// Command mutate breaks a package on purpose, one small change at a time, and sees
// whether the package's own tests notice.
//
//	go run ./internal/mutate ./gates                                    # all of it
//	go run ./internal/mutate -sample 400 -state gates.state ./gates     # 400 by lot, and go on another time
//	go run ./internal/mutate -state gates.state -again ./gates          # those that lived, after new tests
//
// The tree is not touched: what is changed reaches the compiler by -overlay. To build
// the tests for every mutant took ten times as long as to run them, so one program
// holds all mutants that can be told to it when it starts, and is built once; each is
// run by itself. What has to be known when it is built, such as a constant, is built
// alone.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

type settings struct {
	sample   int
	seed     uint64
	state    string
	again    bool
	only     *regexp.Regexp
	parallel int
	timeout  time.Duration
	within   time.Duration
	cache    string // of the compiler for what is built alone
}

const page = "docs/mutation.md"

func main() {
	s := settings{only: regexp.MustCompile("")}
	list := flag.Bool("n", false, "print the mutants, and run nothing")
	update := flag.Bool("update-docs", false, "write what is known into "+page)
	flag.IntVar(&s.sample, "sample", 0, "run so many mutants, drawn by lot; 0 is all")
	flag.Uint64Var(&s.seed, "seed", 1, "of the lot: the same one draws the same mutants, and a larger sample has those of a smaller")
	flag.StringVar(&s.state, "state", "", "file that keeps what came of each mutant, so that a run goes on where the last one stopped")
	flag.BoolVar(&s.again, "again", false, "run those again that the state file says lived")
	flag.IntVar(&s.parallel, "parallel", runtime.NumCPU(), "mutants at a time")
	flag.DurationVar(&s.timeout, "timeout", 0, "for a test of one mutant; default ten times what it takes unchanged, and 5s")
	flag.DurationVar(&s.within, "within", 0, "leave tests out that take longer; what they alone notice is then said to live, until -again")
	flag.Func("only", "only mutants of which file:line kind: change matches this regular expression", func(v string) (err error) {
		s.only, err = regexp.Compile(v)
		return err
	})
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, s, flag.Args(), *list, *update, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, s settings, args []string, list, update bool, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("name one package, such as ./gates")
	}
	t, err := findTarget(ctx, args[0])
	if err != nil {
		return err
	}
	p, err := readProgram(t)
	if err != nil {
		return err
	}
	all, err := mutants(p)
	if err != nil {
		return err
	}
	book, err := openBook(s.state)
	if err != nil {
		return err
	}
	defer book.close()
	todo := s.choose(all, book)
	fmt.Fprintf(out, "%d mutants in %d files of %s; %d to run\n", len(all), len(t.files), t.name, len(todo))
	if list {
		for _, m := range todo {
			fmt.Fprintln(out, m)
		}
		return nil
	}
	if len(todo) > 0 {
		if err := s.runAll(ctx, p, todo, book, out); err != nil {
			return err
		}
	}
	reasons, err := readReasons(reasonsFile)
	if err != nil {
		return err
	}
	text := report(all, book, reasons, t.name)
	fmt.Fprintf(out, "\n%s", text)
	if !update {
		return nil
	}
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	changed, err := updated(string(old), text)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(changed), 0o666)
}

// choose draws the sample, and leaves out what is known already.
func (s settings) choose(all []*mutant, known *book) []*mutant {
	drawn := slices.Clone(all)
	lot := rand.New(rand.NewPCG(s.seed, 0))
	lot.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	if s.sample > 0 && s.sample < len(drawn) {
		drawn = drawn[:s.sample]
	}
	var todo []*mutant
	for _, m := range drawn {
		was, ran := known.of[m.key]
		if s.only.MatchString(m.String()) && (!ran || s.again && was.Fate == survived) {
			todo = append(todo, m)
		}
	}
	return todo
}

// runAll runs mutants on all cores, and notes what came of each.
func (s settings) runAll(ctx context.Context, p *program, todo []*mutant, known *book, out io.Writer) error {
	work, err := os.MkdirTemp("", "tollgate-mutate-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	// A mutant that is built alone leaves megabytes in the compiler's cache, so it has
	// one that goes with the run.
	s.cache = filepath.Join(work, "cache")
	l, err := newLab(ctx, p, todo, work, s)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d mutants are in one program, %d are built alone; unchanged, %d tests take %s\n",
		len(l.number), len(todo)-len(l.number), len(l.trials), l.usual().Round(time.Millisecond))
	slices.SortStableFunc(todo, func(a, b *mutant) int { return cmp.Compare(min(l.number[b], 1), min(l.number[a], 1)) })
	queue := make(chan *mutant)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	var first error
	for i := range max(s.parallel, 1) {
		wg.Go(func() {
			dir := filepath.Join(work, fmt.Sprint(i))
			for m := range queue {
				fate, err := l.try(ctx, m, dir)
				mu.Lock()
				if err == nil && ctx.Err() == nil {
					err = known.note(m, fate, time.Now())
					done++
					fmt.Fprintf(out, "%d/%d %s %s\n", done, len(todo), fate, m)
				}
				if err != nil && first == nil && ctx.Err() == nil {
					first = err
				}
				mu.Unlock()
			}
		})
	}
	for _, m := range todo {
		mu.Lock()
		stop := first != nil || ctx.Err() != nil
		mu.Unlock()
		if stop {
			break
		}
		queue <- m
	}
	close(queue)
	wg.Wait()
	return first
}
