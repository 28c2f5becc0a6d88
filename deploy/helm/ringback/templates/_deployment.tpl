{{/*
A deployment, its budget and its scaler. Takes a dict: root (the chart), part (api or worker), roles, own (the part's values).
*/}}
{{- define "ringback.deployment" -}}
{{- $name := printf "%s-%s" (include "ringback.name" .root) .part -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels: {{- include "ringback.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
spec:
  {{- if not .own.autoscaling.enabled }}
  replicas: {{ .own.replicas }}
  {{- end }}
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels: {{- include "ringback.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .part }}
  template:
    metadata:
      labels: {{- include "ringback.labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .part }}
      annotations:
        prometheus.io/scrape: 'true'
        prometheus.io/port: '9464'
        {{- with .own.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      {{- include "ringback.podSecurity" .root | nindent 6 }}
      serviceAccountName: {{ include "ringback.name" .root }}
      # The requests until proxies have heard, what is in flight, ten seconds for closing, and some to spare.
      terminationGracePeriodSeconds: {{ add .root.Values.drainSeconds .root.Values.shutdownSeconds 15 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "ringback.selector" .root | nindent 14 }}
              app.kubernetes.io/component: {{ .part }}
      containers:
        - name: ringback
          {{- include "ringback.containerSecurity" .root | nindent 10 }}
          {{- include "ringback.environment" .root | nindent 10 }}
            - { name: RINGBACK_ROLES, value: {{ .roles | quote }} }
          ports:
            {{- if eq .part "api" }}
            - { name: http, containerPort: 4600 }
            {{- end }}
            - { name: probes, containerPort: 9464 }
          # The first start makes the database.
          startupProbe:
            httpGet: { path: /livez, port: probes }
            periodSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: { path: /livez, port: probes }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /readyz, port: probes }
            periodSeconds: 5
            timeoutSeconds: 5
          resources: {{- toYaml .own.resources | nindent 12 }}
      {{- with .own.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .own.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .own.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- if .own.disruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels: {{- include "ringback.labels" .root | nindent 4 }}
spec:
  maxUnavailable: {{ .own.disruptionBudget.maxUnavailable }}
  selector:
    matchLabels: {{- include "ringback.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .part }}
{{- end }}
{{- if .own.autoscaling.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  labels: {{- include "ringback.labels" .root | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ $name }} }
  minReplicas: {{ .own.autoscaling.minReplicas }}
  maxReplicas: {{ .own.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ .own.autoscaling.cpuPercent }} }
{{- end }}
{{- end }}
