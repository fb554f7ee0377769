"""What nobody has to be let in for: addresses that need no sign-in, and what is told beyond one's own neighbourhood."""

#: All that somebody who has not signed in gets an answer from.
PUBLIC = {
    "resident": {
        "GET /", "GET /at/{code}", "GET /sign-in", "POST /sign-in/code", "POST /sign-out", "GET /feedback",
        "POST /feedback", "POST /preferences", "GET /offline", "GET /sw.js", "GET /manifest.webmanifest", "GET /docs",
        "GET /openapi.json", "GET /problems/{code}", "GET /healthz", "GET /readyz", "GET /api/v1/version",
        "POST /api/v1/session/code", "GET /sign-in/code", "GET /privacy", "GET /guides", "GET /guides/{guide_id}",
    },
    "committee": {
        "GET /sign-in", "POST /sign-out", "GET /feedback", "POST /feedback", "POST /preferences", "GET /offline",
        "GET /sw.js", "GET /manifest.webmanifest", "GET /docs", "GET /openapi.json", "GET /problems/{code}",
        "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/v1/version", "POST /sign-in/passkey/options",
    },
}  # fmt: skip
#: What a place tells everybody, and what was shared with every committee after a second look.
TOLD_TO_ALL = {
    ("GET", "/guides/{guide_id}"), ("GET", "/guides/{guide_id}/print"), ("GET", "/experiences/{experience_id}"),
    ("POST", "/experiences/{experience_id}/adoption"), ("POST", "/experiences/{experience_id}/thanks"),
    ("GET", "/api/v1/guides/{guide_id}"), ("GET", "/api/v1/experiences/{experience_id}"),
    ("POST", "/api/v1/experiences/{experience_id}/adoption"), ("POST", "/api/v1/experiences/{experience_id}/thanks"),
}  # fmt: skip
#: Who alone reaches the things of another neighbourhood, town or district by their address.
REACH = {
    "next door": {"next door", "worker next door", "town dispatcher", "district dispatcher"},
    "other town": {"other town", "dispatcher of the other town", "district dispatcher", "delegate"},
    "other district": {"other district", "dispatcher of the other district"},
    "a neighbour's": {"same community"},
    "hangs nowhere": {"own"},
}
#: What stands in the head of every answer.
SAID_BY_ALL = (
    "content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy",
    "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy", "cache-control",
)  # fmt: skip
#: Of ours alone and the same for everybody, so a browser may keep it.
KEPT = {"/offline", "/sw.js", "/x/{plugin_id}/static/{path:path}"}
