create table ringback.api_keys (
  id text collate "C" not null,
  name text not null,
  scopes text[] not null,
  tenant_id text collate "C",
  hash bytea not null,
  expires_at timestamp(3) with time zone,
  last_used_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES ringback.tenants(id) ON DELETE CASCADE
);
CREATE INDEX api_keys_tenant ON ringback.api_keys USING btree (tenant_id);

create table ringback.attempts (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  delivery_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  number integer not null,
  trigger text not null,
  duration_ms integer not null,
  succeeded boolean not null,
  error text,
  detail text,
  request_url text not null,
  request_headers json not null,
  response_status integer,
  response_headers json,
  response_body bytea,
  response_truncated boolean,
  timings json not null,
  remote_address text,
  trace_id text,
  constraint attempts_pkey PRIMARY KEY (id)
) partition by RANGE (id);
CREATE INDEX attempts_delivery ON ONLY ringback.attempts USING btree (delivery_id, number);

create table ringback.audit_log (
  id text collate "C" not null,
  tenant_id text collate "C",
  action text not null,
  target_id text collate "C",
  actor_kind text not null,
  actor_id text collate "C",
  actor_name text,
  actor_tenant_id text collate "C",
  request_id text,
  before json,
  after json,
  constraint audit_log_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_log_action ON ringback.audit_log USING btree (action, id);
CREATE INDEX audit_log_actor ON ringback.audit_log USING btree (actor_id, id);
CREATE INDEX audit_log_target ON ringback.audit_log USING btree (target_id, id);
CREATE INDEX audit_log_tenant ON ringback.audit_log USING btree (tenant_id, id);

create table ringback.deliveries (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  event_id text collate "C" not null,
  event_type text collate "C" not null,
  endpoint_id text collate "C" not null,
  status text not null,
  waiting_for text,
  trigger text not null,
  attempt_count integer default 0 not null,
  last_answer text,
  round_start integer default 0 not null,
  round_at timestamp(3) with time zone default now() not null,
  recovery_id text collate "C",
  due_at timestamp(3) with time zone,
  wake_at timestamp(3) with time zone,
  shared_alarm text collate "C",
  completed_at timestamp(3) with time zone,
  reason text,
  constraint deliveries_pkey PRIMARY KEY (id)
) partition by RANGE (id);
CREATE INDEX deliveries_ended ON ONLY ringback.deliveries USING btree (completed_at) WHERE (status = ANY (ARRAY['failed'::text, 'canceled'::text]));
CREATE INDEX deliveries_endpoint ON ONLY ringback.deliveries USING btree (endpoint_id, id);
CREATE INDEX deliveries_event ON ONLY ringback.deliveries USING btree (event_id);
CREATE INDEX deliveries_held ON ONLY ringback.deliveries USING btree (endpoint_id, waiting_for, id) WHERE (status = 'held'::text);
CREATE INDEX deliveries_held_since ON ONLY ringback.deliveries USING btree (round_at) WHERE ((status = 'held'::text) AND (waiting_for = 'disabled'::text));
CREATE INDEX deliveries_lost ON ONLY ringback.deliveries USING btree (status, id) WHERE (status = ANY (ARRAY['failed'::text, 'canceled'::text]));
CREATE INDEX deliveries_recovery ON ONLY ringback.deliveries USING btree (recovery_id, status) WHERE (recovery_id IS NOT NULL);
CREATE INDEX deliveries_tenant ON ONLY ringback.deliveries USING btree (tenant_id, id);
CREATE INDEX deliveries_waiting ON ONLY ringback.deliveries USING btree (endpoint_id, wake_at) WHERE (status = ANY (ARRAY['pending'::text, 'retrying'::text, 'held'::text]));
CREATE INDEX deliveries_wake ON ONLY ringback.deliveries USING btree (wake_at) WHERE (wake_at IS NOT NULL);

create table ringback.endpoint_secrets (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  sealed bytea not null,
  expires_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  constraint endpoint_secrets_pkey PRIMARY KEY (id),
  constraint endpoint_secrets_owner FOREIGN KEY (tenant_id, endpoint_id) REFERENCES ringback.endpoints(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX endpoint_secrets_endpoint ON ringback.endpoint_secrets USING btree (endpoint_id, id);

create table ringback.endpoints (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  url text not null,
  description text,
  headers jsonb default '{}'::jsonb not null,
  retry jsonb,
  timeout_ms integer,
  max_in_flight integer,
  rate_per_second integer,
  metadata jsonb default '{}'::jsonb not null,
  status text default 'active'::text not null,
  disabled_reason text,
  disabled_at timestamp(3) with time zone,
  failing_since timestamp(3) with time zone,
  failed_attempts integer default 0 not null,
  circuit_opened_at timestamp(3) with time zone,
  probes integer default 0 not null,
  probe_at timestamp(3) with time zone,
  probe_delivery_id text collate "C",
  next_turn_at timestamp with time zone,
  resumed_at timestamp(3) with time zone,
  following_since timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  constraint endpoints_pkey PRIMARY KEY (id),
  constraint endpoints_tenant UNIQUE (tenant_id, id),
  constraint endpoints_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES ringback.tenants(id) ON DELETE CASCADE
);
CREATE INDEX endpoints_following ON ringback.endpoints USING btree (id) WHERE (following_since IS NOT NULL);
CREATE INDEX endpoints_probe ON ringback.endpoints USING btree (probe_at) WHERE (probe_at IS NOT NULL);

create table ringback.erasures (
  tenant_id text collate "C" not null,
  requested_at timestamp(3) with time zone default now() not null,
  constraint erasures_tenant_id_requested_at_pk PRIMARY KEY (tenant_id, requested_at)
);

create table ringback.event_types (
  name text collate "C" not null,
  description text,
  schema json,
  schema_mode text default 'off'::text not null,
  example json,
  deprecated boolean default false not null,
  archived_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  constraint event_types_pkey PRIMARY KEY (name)
);

create table ringback.events (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  type text collate "C" not null,
  external_id text,
  occurred_at timestamp(3) with time zone,
  metadata jsonb not null,
  body bytea,
  erased_at timestamp(3) with time zone,
  delivery_count integer not null,
  traceparent text,
  constraint events_pkey PRIMARY KEY (id)
) partition by RANGE (id);
CREATE INDEX events_tenant ON ONLY ringback.events USING btree (tenant_id, id);

create table ringback.external_ids (
  tenant_id text collate "C" not null,
  external_id text not null,
  event_id text collate "C" not null,
  constraint external_ids_tenant_id_external_id_pk PRIMARY KEY (tenant_id, external_id)
);

create table ringback.idempotency_keys (
  owner text not null,
  key text not null,
  fingerprint bytea not null,
  status integer not null,
  body bytea not null,
  created_at timestamp(3) with time zone default now() not null,
  constraint idempotency_keys_owner_key_pk PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_keys_created ON ringback.idempotency_keys USING btree (created_at);

create table ringback.leases (
  name text not null,
  holder text not null,
  expires_at timestamp(3) with time zone not null,
  constraint leases_pkey PRIMARY KEY (name)
);

create table ringback.migrations (
  id integer default nextval('ringback.migrations_id_seq'::regclass) not null,
  hash text not null,
  created_at bigint,
  constraint migrations_pkey PRIMARY KEY (id)
);

create table ringback.notices (
  id text collate "C" not null,
  type text not null,
  data json not null,
  created_at timestamp(3) with time zone default now() not null,
  constraint notices_pkey PRIMARY KEY (id)
);

create table ringback.outbox (
  seq bigint not null,
  tenant_id text collate "C" not null,
  event text not null,
  created_at timestamp(3) with time zone default now() not null,
  refused_at timestamp(3) with time zone,
  problem json,
  constraint outbox_pkey PRIMARY KEY (seq)
);
CREATE INDEX outbox_waiting ON ringback.outbox USING btree (seq) WHERE (refused_at IS NULL);

create table ringback.portal_sessions (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  read_only boolean not null,
  expires_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone default now() not null,
  constraint portal_sessions_pkey PRIMARY KEY (id),
  constraint portal_sessions_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES ringback.tenants(id) ON DELETE CASCADE
);
CREATE INDEX portal_sessions_tenant ON ringback.portal_sessions USING btree (tenant_id, id);

create unlogged table ringback.rate_limits (
  key character varying(255) not null,
  points integer default 0 not null,
  expire bigint,
  constraint rate_limits_pkey PRIMARY KEY (key)
);

create table ringback.recoveries (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  status text default 'running'::text not null,
  endpoint_id text collate "C",
  statuses text[] not null,
  event_type text collate "C",
  after timestamp(3) with time zone not null,
  before timestamp(3) with time zone not null,
  include_unsent boolean not null,
  per_second integer not null,
  matched integer not null,
  restarted integer default 0 not null,
  delivery_cursor text collate "C",
  event_cursor text collate "C",
  exhausted_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  constraint recoveries_pkey PRIMARY KEY (id),
  constraint recoveries_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES ringback.tenants(id) ON DELETE CASCADE
);
CREATE INDEX recoveries_running ON ringback.recoveries USING btree (tenant_id, id) WHERE (status = 'running'::text);
CREATE INDEX recoveries_tenant ON ringback.recoveries USING btree (tenant_id, id);

create table ringback.stats (
  span text not null,
  tenant_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  at timestamp(3) with time zone not null,
  attempts integer not null,
  succeeded integer not null,
  events integer not null,
  failed integer not null,
  canceled integer not null,
  errors jsonb not null,
  statuses jsonb not null,
  latency jsonb not null,
  constraint stats_span_tenant_id_endpoint_id_at_pk PRIMARY KEY (span, tenant_id, endpoint_id, at)
);
CREATE INDEX stats_at ON ringback.stats USING btree (span, at);

create table ringback.stats_progress (
  name text not null,
  until timestamp(3) with time zone default now() not null,
  constraint stats_progress_pkey PRIMARY KEY (name)
);

create table ringback.subscriptions (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  event_types text[] not null,
  filter json,
  created_at timestamp(3) with time zone default now() not null,
  constraint subscriptions_pkey PRIMARY KEY (id),
  constraint subscriptions_owner FOREIGN KEY (tenant_id, endpoint_id) REFERENCES ringback.endpoints(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX subscriptions_tenant ON ringback.subscriptions USING btree (tenant_id, endpoint_id, id);

create table ringback.tenants (
  id text collate "C" not null,
  name text,
  metadata jsonb default '{}'::jsonb not null,
  retry jsonb,
  timeout_ms integer,
  retention jsonb,
  config_version bigint default ((EXTRACT(epoch FROM clock_timestamp()) * (1000000)::numeric))::bigint not null,
  incarnation uuid default gen_random_uuid() not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  constraint tenants_pkey PRIMARY KEY (id)
);

create sequence ringback.migrations_id_seq;

create sequence ringback.outbox_seq_seq;

CREATE OR REPLACE FUNCTION ringback.refuse_update()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	RAISE EXCEPTION 'What % tells is never changed', TG_TABLE_NAME;
END $function$
;

CREATE TRIGGER audit_log_append_only BEFORE UPDATE ON ringback.audit_log FOR EACH STATEMENT EXECUTE FUNCTION ringback.refuse_update();
