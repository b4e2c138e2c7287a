package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// What PostgreSQL says of a row that is there already, and of COPY by a role that row-level security holds for.
const uniqueViolation, notSupported = "23505", "0A000"

// PostgresqlConfig says where entries go, and how many at once.
type PostgresqlConfig struct {
	// Database is a connection string of PostgreSQL; its role is a member of fleet_collector.
	Database configopaque.String `mapstructure:"database"`
	// Timeout is how long a batch may take.
	Timeout exporterhelper.TimeoutConfig `mapstructure:",squash"`
	// Queue is the collector's own. With wait_for_result a home is answered when its entries are committed, and not before.
	Queue exporterhelper.QueueBatchConfig `mapstructure:"sending_queue"`
}

// Validate is called by the collector.
func (c *PostgresqlConfig) Validate() error {
	if c.Database == "" {
		return errors.New("fleet_postgresql needs a database")
	}
	if c.Queue.Enabled && !c.Queue.WaitForResult {
		return errors.New("sending_queue needs wait_for_result: a home forgets what it was told has arrived")
	}
	return nil
}

func newPostgresqlFactory() exporter.Factory {
	return exporter.NewFactory(
		component.MustNewType("fleet_postgresql"),
		func() component.Config {
			queue := exporterhelper.NewDefaultQueueConfig()
			queue.WaitForResult = true
			return &PostgresqlConfig{Timeout: exporterhelper.TimeoutConfig{Timeout: 20 * time.Second}, Queue: queue}
		},
		exporter.WithLogs(func(ctx context.Context, set exporter.Settings, config component.Config) (exporter.Logs, error) {
			made := &postgresql{config: config.(*PostgresqlConfig)}
			return exporterhelper.NewLogs(ctx, set, config, made.push,
				exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
				exporterhelper.WithTimeout(made.config.Timeout),
				exporterhelper.WithQueue(made.config.Queue),
				exporterhelper.WithStart(made.start),
				exporterhelper.WithShutdown(made.shutdown))
		}, component.StabilityLevelBeta),
	)
}

type postgresql struct {
	config *PostgresqlConfig
	pool   *pgxpool.Pool
}

func (p *postgresql) start(context.Context, component.Host) error {
	config, err := pgxpool.ParseConfig(string(p.config.Database))
	if err != nil {
		return err
	}
	config.AfterConnect = func(ctx context.Context, connection *pgx.Conn) error {
		_, err := connection.Exec(ctx, "CREATE TEMPORARY TABLE incoming (LIKE fleet.entries INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
		return err
	}
	p.pool, err = pgxpool.NewWithConfig(context.Background(), config)
	return err
}

func (p *postgresql) shutdown(context.Context) error {
	if p.pool != nil {
		p.pool.Close()
	}
	return nil
}

// name is which ledger it is: two organisations may have homes that call theirs alike.
type name struct {
	organisation int32
	ledger       string
}

// life is what a batch says about a ledger besides its entries.
type life struct {
	name
	id                  int32
	credential          int32
	home, version, mode *string
	told                int64
}

type entry struct {
	ledger         *life
	sequence       int64
	hash, previous []byte
	at             time.Time
	kind           string
	body           *string
	attributes     any // JSON
	words          *string
}

// push writes a batch, all of it or nothing.
func (p *postgresql) push(ctx context.Context, logs plog.Logs) error {
	lives, entries := read(logs)
	if len(lives) == 0 {
		return nil
	}
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if err := keepLives(ctx, tx, lives); err != nil || len(entries) == 0 {
			return err
		}
		// Hardly anything is ever sent twice, so it is first tried as if nothing were. COPY is the faster way, and open to a
		// role with BYPASSRLS only.
		err := pgx.BeginFunc(ctx, tx, func(attempt pgx.Tx) error {
			return copyInto(ctx, attempt, pgx.Identifier{"fleet", "entries"}, entries)
		})
		var refused *pgconn.PgError
		if err == nil || !errors.As(err, &refused) || (refused.Code != uniqueViolation && refused.Code != notSupported) {
			return err
		}
		if err := copyInto(ctx, tx, pgx.Identifier{"incoming"}, entries); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO fleet.entries SELECT * FROM incoming ON CONFLICT DO NOTHING")
		return err
	})
}

var columns = []string{
	"organisation", "ledger", "sequence", "hash", "previous", "at", "credential", "kind", "body", "attributes", "words",
}

func copyInto(ctx context.Context, tx pgx.Tx, table pgx.Identifier, entries []entry) error {
	_, err := tx.CopyFrom(ctx, table, columns, pgx.CopyFromSlice(len(entries), func(i int) ([]any, error) {
		e := &entries[i]
		return []any{
			e.ledger.organisation, e.ledger.id, e.sequence, e.hash, e.previous, e.at, e.ledger.credential, e.kind, e.body,
			e.attributes, e.words,
		}, nil
	}))
	return err
}

// keepLives notes that homes have been heard of, and finds the numbers of their ledgers. In order of names, so that two
// batches never wait for each other.
func keepLives(ctx context.Context, tx pgx.Tx, lives []*life) error {
	slices.SortFunc(lives, func(a, b *life) int {
		return cmp.Or(cmp.Compare(a.organisation, b.organisation), strings.Compare(a.ledger, b.ledger))
	})
	var (
		organisations, credentials []int32
		ledgers                    []string
		homes, versions, modes     []*string
		told                       []int64
		known                      = make(map[name]*life, len(lives))
	)
	for _, l := range lives {
		organisations = append(organisations, l.organisation)
		credentials = append(credentials, l.credential)
		ledgers = append(ledgers, l.ledger)
		homes = append(homes, l.home)
		versions = append(versions, l.version)
		modes = append(modes, l.mode)
		told = append(told, l.told)
		known[l.name] = l
	}
	rows, err := tx.Query(ctx, `
		INSERT INTO fleet.ledgers AS l (organisation, name, home, version, mode, seen, told, credential)
		SELECT organisation, name, home, version, mode, now(), told, credential
		  FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::integer[])
		    AS said (organisation, name, home, version, mode, told, credential)
		ON CONFLICT (organisation, name) DO UPDATE SET
		  home = excluded.home, version = excluded.version, mode = coalesce(excluded.mode, l.mode),
		  seen = greatest(l.seen, excluded.seen), told = greatest(l.told, excluded.told), credential = excluded.credential
		RETURNING id, organisation, name`,
		organisations, ledgers, homes, versions, modes, told, credentials)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int32
		var n name
		if err := rows.Scan(&id, &n.organisation, &n.ledger); err != nil {
			return err
		}
		known[n].id = id
	}
	return rows.Err()
}

// read takes apart what fleet_ledger has let pass. What a batch holds twice is taken once.
func read(logs plog.Logs) (lives []*life, entries []entry) {
	known := map[name]*life{}
	type key struct {
		ledger   *life
		sequence int64
		hash     string
	}
	seen := map[key]bool{}
	for _, resource := range logs.ResourceLogs().All() {
		said := resource.Resource().Attributes()
		organisation, credential := int32(number(said, organisationKey)), int32(number(said, credentialKey))
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				attributes := record.Attributes()
				n := name{organisation, text(attributes, "message_guard.ledger")}
				l := known[n]
				if l == nil {
					l = &life{name: n}
					known[n] = l
					lives = append(lives, l)
				}
				l.credential = credential
				l.home = optional(labelOf(text(said, "message_guard.home")))
				l.version = optional(labelOf(text(said, "service.version")))
				kind := strings.TrimPrefix(record.EventName(), eventPrefix)
				if kind == alive {
					l.mode = optional(labelOf(text(attributes, "message_guard.mode")))
					l.told = max(l.told, min(number(attributes, "message_guard.sequence"), longestLedger))
					continue
				}
				e := entryOf(record, l, kind)
				at := key{l, e.sequence, string(e.hash)}
				if !seen[at] {
					seen[at] = true
					entries = append(entries, e)
				}
			}
		}
	}
	return lives, entries
}

func entryOf(record plog.LogRecord, l *life, kind string) entry {
	attributes := record.Attributes()
	hash, _ := hex.DecodeString(text(attributes, "message_guard.hash"))
	var previous []byte // NULL where there is none
	if said := text(attributes, "message_guard.previous"); said != "" {
		previous, _ = hex.DecodeString(said)
	}
	e := entry{
		ledger:   l,
		sequence: number(attributes, "message_guard.sequence"),
		hash:     hash,
		previous: previous,
		at:       record.Timestamp().AsTime(),
		kind:     labelOf(kind),
	}
	if record.Body().Type() == pcommon.ValueTypeStr {
		e.body = optional(record.Body().Str())
	}
	others := make([]byte, 0, 512)
	for key, value := range attributes.All() {
		switch key {
		case "message_guard.ledger", "message_guard.sequence", "message_guard.hash", "message_guard.previous":
		case "message_guard.words":
			e.words = optional(storableOf(value.AsString()))
		default:
			// As text, whatever it is: what is nested could be nested more deeply than PostgreSQL reads.
			others = appendJSON(append(others, ','), key)
			others = appendJSON(append(others, ':'), value.AsString())
		}
	}
	if len(others) > 0 {
		others[0] = '{'
		e.attributes = string(append(others, '}'))
	}
	return e
}

// longestLabel is how many bytes of a home's own words for itself are kept.
const longestLabel = 200

// labelOf is what a home calls something. In a ledger that somebody has changed that may be anything, and must hold up nothing.
func labelOf(said string) string {
	if len(said) > longestLabel {
		said = said[:longestLabel]
	}
	return storableOf(said)
}

// storableOf is what PostgreSQL takes of a text.
func storableOf(said string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(said, "\ufffd"), "\x00", "\ufffd")
}

// appendJSON writes a string: at once, if it has nothing that JSON writes otherwise.
func appendJSON(to []byte, value string) []byte {
	for _, each := range []byte(value) {
		if each < ' ' || each > '~' || each == '"' || each == '\\' {
			written, _ := json.Marshal(storableOf(value)) // of a string, which does not fail
			return append(to, written...)
		}
	}
	return append(append(append(to, '"'), value...), '"')
}

func optional(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}
