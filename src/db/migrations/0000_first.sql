CREATE SCHEMA IF NOT EXISTS "ringback";
--> statement-breakpoint
CREATE TABLE "ringback"."api_keys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"scopes" text[] NOT NULL,
	"tenant_id" text COLLATE "C",
	"hash" "bytea" NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ringback"."idempotency_keys" (
	"owner" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"status" integer NOT NULL,
	"body" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_owner_key_pk" PRIMARY KEY("owner","key")
);
--> statement-breakpoint
CREATE TABLE "ringback"."portal_sessions" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"read_only" boolean NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "ringback"."rate_limits" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "ringback"."attempts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"delivery_id" text COLLATE "C" NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"number" integer NOT NULL,
	"trigger" text NOT NULL,
	"duration_ms" integer NOT NULL,
	"succeeded" boolean NOT NULL,
	"error" text,
	"detail" text,
	"request_url" text NOT NULL,
	"request_headers" json NOT NULL,
	"response_status" integer,
	"response_headers" json,
	"response_body" "bytea",
	"response_truncated" boolean,
	"timings" json NOT NULL,
	"remote_address" text,
	"trace_id" text
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "ringback"."audit_log" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C",
	"action" text NOT NULL,
	"target_id" text COLLATE "C",
	"actor_kind" text NOT NULL,
	"actor_id" text COLLATE "C",
	"actor_name" text,
	"actor_tenant_id" text COLLATE "C",
	"request_id" text,
	"before" json,
	"after" json
);
--> statement-breakpoint
CREATE TABLE "ringback"."deliveries" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"event_id" text COLLATE "C" NOT NULL,
	"event_type" text COLLATE "C" NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"status" text NOT NULL,
	"waiting_for" text,
	"trigger" text NOT NULL,
	"attempt_count" integer DEFAULT 0 NOT NULL,
	"last_answer" text,
	"round_start" integer DEFAULT 0 NOT NULL,
	"round_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"recovery_id" text COLLATE "C",
	"due_at" timestamp (3) with time zone,
	"wake_at" timestamp (3) with time zone,
	"shared_alarm" text COLLATE "C",
	"completed_at" timestamp (3) with time zone,
	"reason" text
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "ringback"."endpoint_secrets" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"sealed" "bytea" NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ringback"."endpoints" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"url" text NOT NULL,
	"description" text,
	"headers" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"retry" jsonb,
	"timeout_ms" integer,
	"max_in_flight" integer,
	"rate_per_second" integer,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"disabled_reason" text,
	"disabled_at" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"failed_attempts" integer DEFAULT 0 NOT NULL,
	"circuit_opened_at" timestamp (3) with time zone,
	"probes" integer DEFAULT 0 NOT NULL,
	"probe_at" timestamp (3) with time zone,
	"probe_delivery_id" text COLLATE "C",
	"next_turn_at" timestamp with time zone,
	"resumed_at" timestamp (3) with time zone,
	"following_since" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "endpoints_tenant" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "ringback"."subscriptions" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"event_types" text[] NOT NULL,
	"filter" json,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ringback"."event_types" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"description" text,
	"schema" json,
	"schema_mode" text DEFAULT 'off' NOT NULL,
	"example" json,
	"deprecated" boolean DEFAULT false NOT NULL,
	"archived_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ringback"."events" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"external_id" text,
	"occurred_at" timestamp (3) with time zone,
	"metadata" jsonb NOT NULL,
	"body" "bytea",
	"erased_at" timestamp (3) with time zone,
	"delivery_count" integer NOT NULL,
	"traceparent" text
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "ringback"."external_ids" (
	"tenant_id" text COLLATE "C" NOT NULL,
	"external_id" text NOT NULL,
	"event_id" text COLLATE "C" NOT NULL,
	CONSTRAINT "external_ids_tenant_id_external_id_pk" PRIMARY KEY("tenant_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "ringback"."outbox" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ringback"."outbox_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" text COLLATE "C" NOT NULL,
	"event" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"refused_at" timestamp (3) with time zone,
	"problem" json
);
--> statement-breakpoint
CREATE TABLE "ringback"."notices" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"data" json NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ringback"."recoveries" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"endpoint_id" text COLLATE "C",
	"statuses" text[] NOT NULL,
	"event_type" text COLLATE "C",
	"after" timestamp (3) with time zone NOT NULL,
	"before" timestamp (3) with time zone NOT NULL,
	"include_unsent" boolean NOT NULL,
	"per_second" integer NOT NULL,
	"matched" integer NOT NULL,
	"restarted" integer DEFAULT 0 NOT NULL,
	"delivery_cursor" text COLLATE "C",
	"event_cursor" text COLLATE "C",
	"exhausted_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ringback"."stats" (
	"span" text NOT NULL,
	"tenant_id" text COLLATE "C" NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"attempts" integer NOT NULL,
	"succeeded" integer NOT NULL,
	"events" integer NOT NULL,
	"failed" integer NOT NULL,
	"canceled" integer NOT NULL,
	"errors" jsonb NOT NULL,
	"statuses" jsonb NOT NULL,
	"latency" jsonb NOT NULL,
	CONSTRAINT "stats_span_tenant_id_endpoint_id_at_pk" PRIMARY KEY("span","tenant_id","endpoint_id","at")
);
--> statement-breakpoint
CREATE TABLE "ringback"."stats_progress" (
	"name" text PRIMARY KEY NOT NULL,
	"until" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ringback"."erasures" (
	"tenant_id" text COLLATE "C" NOT NULL,
	"requested_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "erasures_tenant_id_requested_at_pk" PRIMARY KEY("tenant_id","requested_at")
);
--> statement-breakpoint
CREATE TABLE "ringback"."tenants" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"retry" jsonb,
	"timeout_ms" integer,
	"retention" jsonb,
	"config_version" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000000)::bigint NOT NULL,
	"incarnation" uuid DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ringback"."leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ringback"."api_keys" ADD CONSTRAINT "api_keys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "ringback"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ringback"."portal_sessions" ADD CONSTRAINT "portal_sessions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "ringback"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ringback"."endpoint_secrets" ADD CONSTRAINT "endpoint_secrets_owner" FOREIGN KEY ("tenant_id","endpoint_id") REFERENCES "ringback"."endpoints"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ringback"."endpoints" ADD CONSTRAINT "endpoints_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "ringback"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ringback"."subscriptions" ADD CONSTRAINT "subscriptions_owner" FOREIGN KEY ("tenant_id","endpoint_id") REFERENCES "ringback"."endpoints"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ringback"."recoveries" ADD CONSTRAINT "recoveries_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "ringback"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_tenant" ON "ringback"."api_keys" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "ringback"."idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "portal_sessions_tenant" ON "ringback"."portal_sessions" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "attempts_delivery" ON "ringback"."attempts" USING btree ("delivery_id","number");--> statement-breakpoint
CREATE INDEX "audit_log_tenant" ON "ringback"."audit_log" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_target" ON "ringback"."audit_log" USING btree ("target_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "ringback"."audit_log" USING btree ("actor_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_action" ON "ringback"."audit_log" USING btree ("action","id");--> statement-breakpoint
CREATE INDEX "deliveries_tenant" ON "ringback"."deliveries" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "deliveries_endpoint" ON "ringback"."deliveries" USING btree ("endpoint_id","id");--> statement-breakpoint
CREATE INDEX "deliveries_event" ON "ringback"."deliveries" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "deliveries_wake" ON "ringback"."deliveries" USING btree ("wake_at") WHERE "ringback"."deliveries"."wake_at" is not null;--> statement-breakpoint
CREATE INDEX "deliveries_ended" ON "ringback"."deliveries" USING btree ("completed_at") WHERE "ringback"."deliveries"."status" in ('failed', 'canceled');--> statement-breakpoint
CREATE INDEX "deliveries_lost" ON "ringback"."deliveries" USING btree ("status","id") WHERE "ringback"."deliveries"."status" in ('failed', 'canceled');--> statement-breakpoint
CREATE INDEX "deliveries_recovery" ON "ringback"."deliveries" USING btree ("recovery_id","status") WHERE "ringback"."deliveries"."recovery_id" is not null;--> statement-breakpoint
CREATE INDEX "deliveries_held" ON "ringback"."deliveries" USING btree ("endpoint_id","waiting_for","id") WHERE "ringback"."deliveries"."status" = 'held';--> statement-breakpoint
CREATE INDEX "deliveries_held_since" ON "ringback"."deliveries" USING btree ("round_at") WHERE "ringback"."deliveries"."status" = 'held' and "ringback"."deliveries"."waiting_for" = 'disabled';--> statement-breakpoint
CREATE INDEX "deliveries_waiting" ON "ringback"."deliveries" USING btree ("endpoint_id","wake_at") WHERE "ringback"."deliveries"."status" in ('pending', 'retrying', 'held');--> statement-breakpoint
CREATE INDEX "endpoint_secrets_endpoint" ON "ringback"."endpoint_secrets" USING btree ("endpoint_id","id");--> statement-breakpoint
CREATE INDEX "endpoints_probe" ON "ringback"."endpoints" USING btree ("probe_at") WHERE "ringback"."endpoints"."probe_at" is not null;--> statement-breakpoint
CREATE INDEX "endpoints_following" ON "ringback"."endpoints" USING btree ("id") WHERE "ringback"."endpoints"."following_since" is not null;--> statement-breakpoint
CREATE INDEX "subscriptions_tenant" ON "ringback"."subscriptions" USING btree ("tenant_id","endpoint_id","id");--> statement-breakpoint
CREATE INDEX "events_tenant" ON "ringback"."events" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "ringback"."outbox" USING btree ("seq") WHERE "ringback"."outbox"."refused_at" is null;--> statement-breakpoint
CREATE INDEX "recoveries_tenant" ON "ringback"."recoveries" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "recoveries_running" ON "ringback"."recoveries" USING btree ("tenant_id","id") WHERE "ringback"."recoveries"."status" = 'running';--> statement-breakpoint
CREATE INDEX "stats_at" ON "ringback"."stats" USING btree ("span","at");--> statement-breakpoint
CREATE FUNCTION "ringback"."refuse_update"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'What % tells is never changed', TG_TABLE_NAME;
END $$;--> statement-breakpoint
CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE ON "ringback"."audit_log" FOR EACH STATEMENT EXECUTE FUNCTION "ringback"."refuse_update"();
