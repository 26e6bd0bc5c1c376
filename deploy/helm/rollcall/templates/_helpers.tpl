{{- define "rollcall.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "rollcall.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "rollcall.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "rollcall.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "rollcall.ownLabels" -}}
app.kubernetes.io/name: {{ include "rollcall.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* The pods that serve, and not those that migrate. */}}
{{- define "rollcall.selector" -}}
{{ include "rollcall.ownLabels" . }}
app.kubernetes.io/component: server
{{- end }}

{{- define "rollcall.labels" -}}
{{ include "rollcall.ownLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "rollcall.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "rollcall.serviceAccount" -}}
{{- default (include "rollcall.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- define "rollcall.secretName" -}}
{{- default (include "rollcall.fullname" .) .Values.secrets.existing }}
{{- end }}

{{- /* The variable behind each key of the Secret. */}}
{{- define "rollcall.secretVariables" -}}
operator-key: ROLLCALL_OPERATOR_KEY_FILE
secret-key: ROLLCALL_SECRET_KEY_FILE
database-url: DATABASE_URL_FILE
migrate-url: ROLLCALL_MIGRATE_URL_FILE
smtp-url: ROLLCALL_SMTP_URL_FILE
metrics-key: ROLLCALL_METRICS_KEY_FILE
{{- end }}

{{- /* The keys of the Secret that are used, as JSON: a list in `keys`. */}}
{{- define "rollcall.secretKeys" -}}
{{- if .Values.secrets.existing }}
{{- dict "keys" (.Values.secrets.keys | sortAlpha | uniq) | toJson }}
{{- else }}
{{- dict "keys" (keys (default dict .Values.secrets.values) | sortAlpha) | toJson }}
{{- end }}
{{- end }}

{{- /* What the pods that serve get of them: who serves does not migrate where a job does. */}}
{{- define "rollcall.servedKeys" -}}
{{- $all := (include "rollcall.secretKeys" . | fromJson).keys }}
{{- $unused := list }}
{{- if eq .Values.store "embedded" }}{{ $unused = list "database-url" "migrate-url" }}{{ end }}
{{- if eq .Values.migrations.by "hook" }}{{ $unused = append $unused "migrate-url" }}{{ end }}
{{- $kept := list }}
{{- range $all }}{{ if not (has . $unused) }}{{ $kept = append $kept . }}{{ end }}{{ end }}
{{- dict "keys" $kept | toJson }}
{{- end }}

{{- define "rollcall.isScaled" -}}
{{- if or .Values.autoscaling.enabled (gt (int .Values.replicas) 1) }}yes{{ end }}
{{- end }}

{{- define "rollcall.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "rollcall.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* Refuses, in words, what would not work. */}}
{{- define "rollcall.check" -}}
{{- $keys := (include "rollcall.secretKeys" . | fromJson).keys }}
{{- if not .Values.url }}
{{- fail "url: name the https address that browsers, identity providers and your product use, such as https://id.acme.test" }}
{{- end }}
{{- if not .Values.image.repository }}
{{- fail "image.repository: no image is published yet; push the one of your release to a registry of yours and name it here" }}
{{- end }}
{{- if and .Values.secrets.existing .Values.secrets.values }}
{{- fail "secrets: name an existing Secret or values for the chart's own, not both" }}
{{- end }}
{{- if eq .Values.store "embedded" }}
{{- if include "rollcall.isScaled" . }}
{{- fail "replicas, autoscaling: one process writes the embedded store: set replicas to 1 and autoscaling.enabled to false, or store to postgresql" }}
{{- end }}
{{- if gt (int .Values.workers) 1 }}
{{- fail "workers: one thread writes the embedded store: set workers to 1, or store to postgresql" }}
{{- end }}
{{- if eq .Values.migrations.by "hook" }}
{{- fail "migrations.by: nothing but its one process opens the embedded store: set it to start, or store to postgresql" }}
{{- end }}
{{- else }}
{{- range list "database-url" "secret-key" }}
{{- if not (has . $keys) }}
{{- fail (printf "secrets: with PostgreSQL %s is needed: in secrets.values, or in the Secret of secrets.existing and named in secrets.keys" .) }}
{{- end }}
{{- end }}
{{- if not (has "operator-key" $keys) }}
{{- fail "secrets: with PostgreSQL operator-key is needed: one that is made at the first start would be shown once, in the log of one pod" }}
{{- end }}
{{- end }}
{{- if and (eq .Values.migrations.by "hook") (not .Values.secrets.existing) }}
{{- fail "migrations.by: the job runs before the chart's own Secret is there: make one and name it in secrets.existing" }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.trustedProxies) }}
{{- fail "trustedProxies: name the network of the ingress controller's pods: limits count by network, and without it everybody has the controller's" }}
{{- end }}
{{- if and (or .Values.metrics.serviceMonitor.enabled .Values.metrics.rules.enabled) (not .Values.metrics.enabled) }}
{{- fail "metrics.serviceMonitor, metrics.rules: set metrics.enabled as well" }}
{{- end }}
{{- if and .Values.networkPolicy.enabled (eq .Values.store "postgresql") (not .Values.networkPolicy.database.to) }}
{{- fail "networkPolicy.database.to: say where PostgreSQL is, or the policy keeps the service from it" }}
{{- end }}
{{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.from) }}
{{- fail "networkPolicy.from: say who may reach the service, such as the namespace of the ingress controller" }}
{{- end }}
{{- if and .Values.networkPolicy.enabled .Values.metrics.enabled (not .Values.networkPolicy.metricsFrom) }}
{{- fail "networkPolicy.metricsFrom: say who may reach the metrics, such as the namespace of Prometheus" }}
{{- end }}
{{- end }}
