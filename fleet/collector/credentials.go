package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensionauth"
	"go.uber.org/zap"
)

// CredentialsConfig says where the table of credentials is.
type CredentialsConfig struct {
	// Database is a connection string of PostgreSQL; its role is a member of fleet_collector.
	Database configopaque.String `mapstructure:"database"`
	// Refresh is how long a new credential or a revoked one takes to be known.
	Refresh time.Duration `mapstructure:"refresh"`
}

// Validate is called by the collector.
func (c *CredentialsConfig) Validate() error {
	if c.Database == "" || c.Refresh <= 0 {
		return errors.New("fleet_credentials needs a database, and a refresh above 0")
	}
	return nil
}

func newCredentialsFactory() extension.Factory {
	return extension.NewFactory(
		component.MustNewType("fleet_credentials"),
		func() component.Config { return &CredentialsConfig{Refresh: 10 * time.Second} },
		func(_ context.Context, set extension.Settings, config component.Config) (extension.Extension, error) {
			return &credentials{config: config.(*CredentialsConfig), log: set.Logger, ended: make(chan struct{})}, nil
		},
		component.StabilityLevelBeta,
	)
}

var errUnknown = errors.New("this credential is not known here")

// owner is what a credential says about who shows it.
type owner struct{ organisation, credential int32 }

var _ client.AuthData = owner{}

// GetAttribute returns one of two numbers.
func (o owner) GetAttribute(name string) any {
	switch name {
	case "organisation":
		return o.organisation
	case "credential":
		return o.credential
	}
	return nil
}

// GetAttributeNames returns what GetAttribute knows.
func (owner) GetAttributeNames() []string { return []string{"organisation", "credential"} }

// credentials knows every token's hash. While the database is away, it goes by what it knew last: a home is told
// to wait then, and not that its credential is wrong.
type credentials struct {
	config *CredentialsConfig
	log    *zap.Logger
	pool   *pgxpool.Pool
	ended  chan struct{}

	lock  sync.RWMutex
	known map[[sha256.Size]byte]owner
}

var _ extensionauth.Server = (*credentials)(nil)

// Start reads the table, and keeps reading it.
func (c *credentials) Start(ctx context.Context, _ component.Host) error {
	var err error
	if c.pool, err = pgxpool.New(context.Background(), string(c.config.Database)); err != nil {
		return err
	}
	if err = c.read(ctx); err != nil {
		return err
	}
	go func() {
		ticker := time.NewTicker(c.config.Refresh)
		defer ticker.Stop()
		for {
			select {
			case <-c.ended:
				return
			case <-ticker.C:
				if err := c.read(context.Background()); err != nil {
					c.log.Warn("the credentials could not be read: those known are kept", zap.Error(err))
				}
			}
		}
	}()
	return nil
}

// Shutdown ends it.
func (c *credentials) Shutdown(context.Context) error {
	close(c.ended)
	if c.pool != nil {
		c.pool.Close()
	}
	return nil
}

func (c *credentials) read(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	rows, err := c.pool.Query(ctx, "SELECT token_sha256, organisation, id FROM fleet.credentials WHERE revoked IS NULL")
	if err != nil {
		return err
	}
	defer rows.Close()
	known := make(map[[sha256.Size]byte]owner)
	for rows.Next() {
		var hash []byte
		var o owner
		if err := rows.Scan(&hash, &o.organisation, &o.credential); err != nil {
			return err
		}
		known[[sha256.Size]byte(hash)] = o
	}
	if err := rows.Err(); err != nil {
		return err
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	c.known = known
	return nil
}

// Authenticate finds whose token it is. Tokens are looked up by their hash, so time tells nothing about them.
func (c *credentials) Authenticate(ctx context.Context, headers map[string][]string) (context.Context, error) {
	for name, values := range headers {
		if !strings.EqualFold(name, "authorization") {
			continue
		}
		for _, value := range values {
			scheme, token, found := strings.Cut(value, " ")
			if !found || !strings.EqualFold(scheme, "bearer") {
				continue
			}
			c.lock.RLock()
			o, known := c.known[sha256.Sum256([]byte(strings.TrimSpace(token)))]
			c.lock.RUnlock()
			if known {
				info := client.FromContext(ctx)
				info.Auth = o
				return client.NewContext(ctx, info), nil
			}
		}
	}
	return ctx, errUnknown
}
