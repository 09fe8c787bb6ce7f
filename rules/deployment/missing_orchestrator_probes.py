r"""Kubernetes is not told how to ask whether the service can take requests.

## Why
Without a readiness probe a container gets requests as soon as it is started, before the application is, and goes on
getting them while its database is away. With each rollout some requests are lost.

## Bad
```yaml
# file: deploy/api.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.example.org/shop:1.4.0  # finding
          command: ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
          ports:
            - containerPort: 8000
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```yaml
# file: deploy/api.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.example.org/shop:1.4.0
          command: ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
          ports:
            - containerPort: 8000
          livenessProbe:
            httpGet: { path: /health, port: 8000 }
          readinessProbe:
            httpGet: { path: /ready, port: 8000 }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  template:
    spec:
      containers:
        - name: worker
          image: registry.example.org/shop:1.4.0
          command: ["celery", "--app", "app.tasks", "worker"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Add a `readinessProbe` that asks the readiness endpoint, and a `livenessProbe` that asks one that depends on nothing.

## Limits
Looked at are workloads whose command starts a server, or that run the image of the service: by the name that it is
built under, by the name of the service or by a port that only its Dockerfile exposes. A readiness probe is enough. What
Helm fills in counts where the values of the chart say with what; else it is undecided.

## References
Kubernetes documentation, Configure Liveness, Readiness and Startup Probes; kube-score, pod-probes.
"""

from fastapi_audit.rule_api import Project, Severity, Verdict, Workload, fail, ok, rule, skip, unknown

from ._serving import serves_api

READY = "readinessProbe"


@rule("DEP018", severity=Severity.WARNING)
def check(workload: Workload, project: Project) -> Verdict:
    if not serves_api(workload, project):
        return skip
    if READY in workload.probes:
        return ok(workload.probes[READY])
    if READY in workload.computed:
        return unknown(workload.place, "the values of the chart do not say which readiness probe there is")
    if workload.is_template:
        return unknown(workload.place, "a part of this template that Helm computes may add a readiness probe")
    said = "only a liveness probe" if "livenessProbe" in workload.probes else "no probe"
    return fail(workload.place, f"this container serves the API and has {said}")
