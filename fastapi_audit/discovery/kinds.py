"""From a file's path to the reader it is for; names only, no content."""

import re
from typing import Final

from fastapi_audit.model.repository import Kind

# `.yml` stands for `.yaml` too, and `*` stays within one name. Continuous integration is read from the root and
# nowhere else, so its patterns start with a slash; the other patterns with a slash match the end of a path.
_BY_PATH: Final = (
    (Kind.CI, "/.github/workflows/*.yml /.github/actions/*/action.yml /.circleci/config.yml"),
    (Kind.CI, "/.gitlab-ci.yml /.gitlab-ci/*.yml /.gitlab/*.yml /.gitlab/ci/*.yml /.travis.yml /.drone.yml"),
    (Kind.CI, "/*.gitlab-ci.yml /ci/*.gitlab-ci.yml /*/.gitlab-ci.yml"),
    (Kind.CI, "/azure-pipelines*.yml /.azure-pipelines/*.yml /.azure/pipelines/*.yml /bitbucket-pipelines.yml"),
    (Kind.CI, "/.woodpecker.yml /.woodpecker/*.yml /.buildkite/*.yml /Jenkinsfile /Jenkinsfile.*"),
    (Kind.DEPENDENCY_BOT, "/.github/dependabot.yml /.github/renovate.json /.github/renovate.json5"),
    (Kind.DEPENDENCY_BOT, "/renovate.json /renovate.json5 /.renovaterc /.renovaterc.json"),
    (Kind.MANIFEST, "requirements/*.txt requirements/*.in"),
    (Kind.MIGRATION, "migrations/*.sql migrations/*/*.sql db/migrate/*.sql"),
    (Kind.PLATFORM, "supervisor/*.conf supervisor/*/*.conf supervisord/*.conf supervisor/*.ini supervisord.d/*.ini"),
    (Kind.PLATFORM, "copilot/*/manifest.yml"),
    (Kind.PROXY, "nginx/*.conf nginx/*/*.conf nginx/*.template nginx/*/*.template conf.d/*.conf"),
    (
        Kind.LOAD_TEST,
        "k6/*.js k6/*/*.js k6/*.ts k6/*/*.ts load-test*/*.js load-test*/*.ts load_test*/*.js load_test*/*.ts",
    ),
    (Kind.LOAD_TEST, "loadtest*/*.js loadtest*/*.ts loadtest*/*.yml load-test*/*.yml load_test*/*.yml"),
    (Kind.LOAD_TEST, "load*/*.lua performance/*.lua performance/*/*.lua wrk/*.lua wrk2/*.lua"),
    (Kind.PROXY, "sites-available/*.conf sites-enabled/*.conf"),
    (Kind.ALERTS, "alerts/*.yml alerting/*.yml alertmanager/*.yml prometheus/*.yml prometheus/*/*.yml"),
    (Kind.PROXY, "traefik/*.yml traefik/*/*.yml traefik/*.toml traefik/*/*.toml"),
)
_BY_NAME: Final = (
    (Kind.DOCKERIGNORE, ".dockerignore *.dockerignore .containerignore"),
    (Kind.DOCKERFILE, "Dockerfile Dockerfile.* Dockerfile-* *.dockerfile *.Dockerfile Containerfile Containerfile.*"),
    (Kind.COMPOSE, "compose.yml compose.*.yml compose-*.yml *-compose.yml *.compose.yml docker-compose*.yml"),
    (Kind.COMPOSE, "podman-compose*.yml"),
    (Kind.PRE_COMMIT, ".pre-commit-config.yml"),
    (Kind.SCRIPT, "*.sh *.bash"),
    (Kind.TASKS, "Makefile makefile GNUmakefile tox.ini justfile Justfile .justfile Taskfile.yml taskfile.yml"),
    (Kind.LOCK, "uv.lock poetry.lock pdm.lock pylock.toml pylock.*.toml Pipfile.lock *conda-lock.yml"),
    (Kind.MANIFEST, "pyproject.toml setup.cfg Pipfile environment*.yml"),
    (Kind.MANIFEST, "requirements*.txt requirements*.in *-requirements.txt *_requirements.txt requirements*.lock"),
    (Kind.MANIFEST, "constraints*.txt *-constraints.txt *_constraints.txt"),
    (Kind.TOOL_CONFIG, "pytest.ini .pytest.ini pytest.toml .pytest.toml .coveragerc mypy.ini .mypy.ini"),
    (Kind.TOOL_CONFIG, "pyrightconfig.json .pyre_configuration pyrefly.toml ruff.toml .ruff.toml .flake8 ty.toml"),
    (Kind.COVERAGE, "coverage.xml coverage.json lcov.info coverage.lcov"),
    (Kind.ALEMBIC, "alembic.ini aerich.ini"),
    (Kind.MIGRATION, "yoyo.ini V*__*.sql sqitch.plan flyway.conf flyway.toml atlas.hcl"),
    (Kind.ENVIRONMENT, ".env .env.* *.env"),
    (Kind.PLATFORM, "Procfile app.json fly.toml fly.*.toml render.yml vercel.json serverless.yml app.yml heroku.yml"),
    (Kind.PLATFORM, "nixpacks.toml railway.json railway.toml project.toml flake.nix default.nix skaffold.yml"),
    (Kind.PLATFORM, "cloudbuild.yml supervisor*.conf *.service"),
    (Kind.INFRASTRUCTURE, "*.tf *.tf.json *.bicep cdk.json Pulumi.yml Pulumi.*.yml *task-def*.json *taskdef*.json"),
    (
        Kind.LOAD_TEST,
        "*.jmx *Simulation.scala *Simulation.java *Simulation.kt asv.conf.json locust.conf artillery*.yml",
    ),
    (Kind.LOAD_TEST, "*k6*.js *k6*.ts *load-test*.js *load-test*.ts *load_test*.js *loadtest*.js *loadtest*.ts"),
    (Kind.PROXY, "*nginx*.conf *nginx*.conf.template default.conf default.conf.template Caddyfile Caddyfile.*"),
    (Kind.PROXY, "traefik*.yml traefik*.toml haproxy*.cfg kong.yml envoy.yml"),
    (Kind.KUBERNETES, "Chart.yml kustomization.yml helmfile.yml *deployment.yml *ingress.yml *statefulset.yml"),
    (Kind.KUBERNETES, "values.yml values.*.yml values-*.yml"),
    (Kind.ALERTS, "*alert*.yml *rules.yml"),
)
# In those of deployment there is more than manifests; the reader leaves out what is no resource.
_KUBERNETES_DIRECTORIES: Final = frozenset({
    "k8s", "k3s", "kubernetes", "kube", "helm", "chart", "charts", "kustomize", "manifests", "deploy", "deployment",
    "deployments",
})  # fmt: skip
# Scripts without an ending; their reader leaves out what no shell runs.
_SCRIPT_DIRECTORIES: Final = frozenset({"bin", "ci", ".ci", "script", "scripts", "tools"})
_SCRIPT_NAMES: Final = frozenset({"docker-entrypoint", "entrypoint", "init", "run", "start"})


def kind_of(path: str) -> Kind | None:
    """Return the kind of a file by its path relative to the root, or None when no reader is for it."""
    if path.endswith(".py"):
        return Kind.PYTHON
    *directories, name = path.split("/")
    matched = _PATH_MATCHER.match(path) or _NAME_MATCHER.match(name)
    if matched and matched.lastgroup:
        return Kind[matched.lastgroup.rstrip("0123456789").rstrip("_")]
    if name.endswith((".yaml", ".yml", ".tpl")) and not _KUBERNETES_DIRECTORIES.isdisjoint(directories):
        return Kind.KUBERNETES
    is_of_scripts = name in _SCRIPT_NAMES or not _SCRIPT_DIRECTORIES.isdisjoint(directories[-1:])
    return Kind.SCRIPT if "." not in name and is_of_scripts else None


def _matcher(table: tuple[tuple[Kind, str], ...]) -> re.Pattern[str]:
    lines = (
        f"(?P<{kind.name}_{number}>{'|'.join(map(_expression, patterns.split()))})"
        for number, (kind, patterns) in enumerate(table)
    )
    return re.compile(f"(?:{'|'.join(lines)})\\Z")


def _expression(pattern: str) -> str:
    anywhere = "(?:.*/)?" if "/" in pattern[1:] and not pattern.startswith("/") else ""
    escaped = re.escape(pattern.removeprefix("/")).replace(r"\*", "[^/]*").replace(r"\.yml", r"\.ya?ml")
    return anywhere + escaped


_PATH_MATCHER: Final = _matcher(_BY_PATH)
_NAME_MATCHER: Final = _matcher(_BY_NAME)
