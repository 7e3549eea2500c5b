# tool.sh <script of package.json> [arguments]: the entry point of the service `tools` in docker-compose.yml.
[ $# -gt 0 ] || set -- journey --help
tool=$1
export CALLED_AS="docker compose run --rm tools $tool"
shift
case $tool in
  doctor)
    tool=stack:doctor
    set -- --intake http://order-service:8080 --prometheus http://prometheus:9090 --grafana http://grafana:3000 \
      --collector http://otel-collector:4318 --tempo http://tempo:3200 --loki http://loki:3100 "$@"
    ;;
  # Streams and durables are made by a user of their own.
  set-up) export CREDENTIALS_FILE=/run/set-up/credentials.json ;;
  journey | audit | dlq | rebuild) ;;
  *)
    echo "$tool is no tool: journey, audit, dlq, doctor, rebuild, set-up" >&2
    exit 2
    ;;
esac
exec node --run "$tool" -- "$@"
