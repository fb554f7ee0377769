"""The yardstick: the smallest FastAPI JSON endpoint, served the way `shequyun serve` serves."""

from fastapi import FastAPI

app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)


@app.get("/")
async def hello() -> dict[str, str]:
    return {"hello": "world"}
