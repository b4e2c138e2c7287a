package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	organisationKey = "fleet.organisation"
	credentialKey   = "fleet.credential"
	eventPrefix     = "message_guard."
	alive           = "alive"
	unreadable      = "unreadable"
	longestLedger   = 1<<53 - 1 // docs/ledger-format.md: no integer is larger
)

// newLedgerFactory makes the processor that lets well-formed entries pass, marked with whose they are. A request with
// anything else in it is refused as a whole, before it shares a transaction with those of other homes.
func newLedgerFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("fleet_ledger"),
		func() component.Config { return &struct{}{} },
		processor.WithLogs(func(ctx context.Context, set processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
			return processorhelper.NewLogs(ctx, set, config, next, mark,
				processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}))
		}, component.StabilityLevelBeta),
	)
}

func mark(ctx context.Context, logs plog.Logs) (plog.Logs, error) {
	o, ok := client.FromContext(ctx).Auth.(owner)
	if !ok {
		return logs, status.Error(codes.Unauthenticated, "nobody has said whose this is: fleet_ledger needs fleet_credentials")
	}
	for _, resource := range logs.ResourceLogs().All() {
		// Whatever a home says about it, it is overwritten.
		attributes := resource.Resource().Attributes()
		attributes.PutInt(organisationKey, int64(o.organisation))
		attributes.PutInt(credentialKey, int64(o.credential))
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				if err := check(record); err != nil {
					return logs, status.Error(codes.InvalidArgument, err.Error()) // 400: it is no use to send it again
				}
			}
		}
	}
	return logs, nil
}

func check(record plog.LogRecord) error {
	kind, found := strings.CutPrefix(record.EventName(), eventPrefix)
	if !found || kind == "" {
		return fmt.Errorf("%q is no event of a ledger", record.EventName())
	}
	name := text(record.Attributes(), "message_guard.ledger")
	if name == "" || len(name) > 200 || !storable(name) {
		return errors.New("message_guard.ledger is no ledger's name")
	}
	if kind == alive {
		return nil
	}
	if sequence := number(record.Attributes(), "message_guard.sequence"); sequence < 1 || sequence > longestLedger {
		return errors.New("message_guard.sequence is no number of an entry")
	}
	for _, key := range []string{"message_guard.hash", "message_guard.previous"} {
		// What stands where an entry should and is none has a hash, and follows from nothing.
		if kind == unreadable && key == "message_guard.previous" {
			continue
		}
		if hash, err := hex.DecodeString(text(record.Attributes(), key)); err != nil || len(hash) != 32 {
			return fmt.Errorf("%s is no SHA-256 in hex", key)
		}
	}
	if !storable(record.Body().AsString()) {
		return errors.New("a line is no text that PostgreSQL takes")
	}
	return nil
}

// storable is whether PostgreSQL takes it as text; one row that it does not take would hold up a whole batch.
func storable(value string) bool {
	return utf8.ValidString(value) && !strings.ContainsRune(value, 0)
}

func text(attributes pcommon.Map, key string) string {
	if value, found := attributes.Get(key); found && value.Type() == pcommon.ValueTypeStr {
		return value.Str()
	}
	return ""
}

func number(attributes pcommon.Map, key string) int64 {
	if value, found := attributes.Get(key); found && value.Type() == pcommon.ValueTypeInt {
		return value.Int()
	}
	return 0
}
