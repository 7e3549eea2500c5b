import { z } from 'zod';

/**
 * What the programs' documentation allows in the configurations that lie here: every key that is used, and no other, so
 * that a misspelt one is found without the program. A key that is new here is looked up there first.
 */

/** `500ms`, `1s`, `2m`, `24h`: Go's and Prometheus' durations alike. */
const duration = z.string().regex(/^(\d+(ms|s|m|h|d))+$/);
/** `http://tempo:4318`, or a variable that holds one. */
const url = z.string().regex(/^(https?:\/\/[\w.-]+(:\d+)?(\/[\w/-]*)?|\$\{(env:)?[A-Z_]+\})$/);
const port = z.int().min(1).max(65_535);
const logLevel = z.enum(['debug', 'info', 'warn', 'error']);
const listening = {
  http_listen_address: z.ipv4(),
  http_listen_port: port,
  grpc_listen_address: z.ipv4(),
  grpc_listen_port: port,
};
const records = <Value extends z.ZodType>(key: RegExp, value: Value) => z.record(z.string().regex(key), value);

/** https://opentelemetry.io/docs/collector/configuration and the README of each component. */
const pipeline = z.strictObject({
  receivers: z.array(z.string()).min(1),
  processors: z.array(z.string()),
  exporters: z.array(z.string()).min(1),
});
const exporter = z.strictObject({
  endpoint: url,
  sending_queue: z.strictObject({
    queue_size: z.int().positive(),
    batch: z.strictObject({ flush_timeout: duration, min_size: z.int().positive(), max_size: z.int().positive() }),
  }),
  retry_on_failure: z.strictObject({ max_elapsed_time: duration }),
});
export const collectorSchema = z
  .strictObject({
    receivers: z.strictObject({
      otlp: z.strictObject({
        protocols: z.strictObject({ http: z.strictObject({ endpoint: z.string().regex(/:\d+$/) }) }),
      }),
    }),
    processors: z.strictObject({
      memory_limiter: z.strictObject({
        check_interval: duration,
        limit_mib: z.int().positive(),
        spike_limit_mib: z.int().positive(),
      }),
    }),
    exporters: records(/^otlp_http\/\w+$/, exporter),
    service: z.strictObject({
      pipelines: records(/^(traces|logs|metrics)(\/\w+)?$/, pipeline),
      telemetry: z.strictObject({
        logs: z.strictObject({ level: logLevel }),
        metrics: z.strictObject({
          level: z.enum(['none', 'basic', 'normal', 'detailed']),
          readers: z.array(
            z.strictObject({
              pull: z.strictObject({
                exporter: z.strictObject({
                  prometheus: z.strictObject({
                    host: z.string(),
                    port,
                    without_units: z.boolean().optional(),
                    without_type_suffix: z.boolean().optional(),
                  }),
                }),
              }),
            }),
          ),
        }),
      }),
    }),
  })
  // A component that no pipeline names is not started; one that is not declared ends the collector.
  .superRefine((config, context) => {
    for (const kind of ['receivers', 'processors', 'exporters'] as const) {
      const declared = new Set(Object.keys(config[kind]));
      const used = new Set(Object.values(config.service.pipelines).flatMap((each) => each[kind]));
      for (const name of [...declared, ...used].filter((each) => !declared.has(each) || !used.has(each)))
        context.addIssue({ code: 'custom', message: `${kind}: ${name} is not both declared and used` });
    }
  });

/** https://grafana.com/docs/tempo/latest/configuration */
export const tempoSchema = z.strictObject({
  server: z.strictObject({ ...listening, log_level: logLevel }),
  distributor: z.strictObject({ receivers: collectorSchema.shape.receivers }),
  storage: z.strictObject({
    trace: z.strictObject({
      backend: z.literal('local'),
      local: z.strictObject({ path: z.string() }),
      wal: z.strictObject({ path: z.string() }),
    }),
  }),
  backend_scheduler: z.strictObject({
    provider: z.strictObject({
      compaction: z.strictObject({ compaction: z.strictObject({ block_retention: duration }) }),
    }),
  }),
  metrics_generator: z.strictObject({
    storage: z.strictObject({
      path: z.string(),
      remote_write: z.array(z.strictObject({ url, send_exemplars: z.boolean() })),
    }),
  }),
  overrides: z.strictObject({
    defaults: z.strictObject({
      metrics_generator: z.strictObject({
        processors: z.array(z.enum(['service-graphs', 'span-metrics', 'local-blocks', 'host-info'])),
      }),
    }),
  }),
  usage_report: z.strictObject({ reporting_enabled: z.boolean() }),
});

/** https://grafana.com/docs/loki/latest/configure */
export const lokiSchema = z.strictObject({
  auth_enabled: z.boolean(),
  server: z.strictObject({ ...listening, log_level: logLevel }),
  common: z.strictObject({
    path_prefix: z.string(),
    replication_factor: z.literal(1),
    instance_addr: z.string(),
    ring: z.strictObject({ kvstore: z.strictObject({ store: z.literal('inmemory') }) }),
    storage: z.strictObject({ object_store: z.strictObject({ filesystem: z.strictObject({ dir: z.string() }) }) }),
  }),
  // The block above takes effect only with it.
  storage_config: z.strictObject({ use_thanos_objstore: z.literal(true) }),
  schema_config: z.strictObject({
    configs: z.array(
      z.strictObject({
        from: z.iso.date(),
        // Structured metadata needs these two.
        store: z.literal('tsdb'),
        schema: z.literal('v13'),
        object_store: z.literal('filesystem'),
        index: z.strictObject({ prefix: z.string(), period: z.literal('24h') }),
      }),
    ),
  }),
  ingester: z.strictObject({ lifecycler: z.strictObject({ min_ready_duration: duration }) }),
  limits_config: z.strictObject({ allow_structured_metadata: z.literal(true), retention_period: duration }),
  compactor: z.strictObject({
    working_directory: z.string(),
    retention_enabled: z.boolean(),
    // Retention refuses to start without it.
    delete_request_store: z.literal('filesystem'),
  }),
  analytics: z.strictObject({ reporting_enabled: z.boolean() }),
});

/** https://prometheus.io/docs/alerting/latest/configuration */
const matchers = z.array(z.string().regex(/^\w+(=|!=|=~|!~)".*"$/));
export const alertmanagerSchema = z
  .strictObject({
    route: z.strictObject({
      receiver: z.string(),
      group_by: z.array(z.string()),
      group_wait: duration,
      group_interval: duration,
      repeat_interval: duration,
      routes: z.array(z.strictObject({ matchers, receiver: z.string() })),
    }),
    inhibit_rules: z.array(z.strictObject({ source_matchers: matchers, target_matchers: matchers })),
    receivers: z.array(z.strictObject({ name: z.string() })),
  })
  .refine(
    ({ route, receivers }) =>
      [route, ...route.routes].every((each) => receivers.some(({ name }) => name === each.receiver)),
    'a route names a receiver that is not declared',
  );

/** https://grafana.com/docs/grafana/latest/administration/provisioning */
const apiVersion = z.literal(1);
export const datasourcesSchema = z.strictObject({
  apiVersion,
  datasources: z.array(
    z.strictObject({
      name: z.string(),
      uid: z.string(),
      type: z.enum(['prometheus', 'tempo', 'loki']),
      access: z.literal('proxy'),
      url,
      isDefault: z.boolean().optional(),
      jsonData: z.record(z.string(), z.unknown()),
    }),
  ),
});
export const dashboardsSchema = z.strictObject({
  apiVersion,
  providers: z.array(
    z.strictObject({
      name: z.string(),
      type: z.literal('file'),
      folder: z.string(),
      allowUiUpdates: z.boolean(),
      disableDeletion: z.boolean(),
      updateIntervalSeconds: z.int().positive(),
      options: z.strictObject({ path: z.string() }),
    }),
  ),
});
