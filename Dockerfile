# One image, four commands: docker-compose.yml says which container runs what.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app/platform JIEBANG_STATE=/data
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt

COPY manage.py ./
COPY platform platform
# To be downloaded on /checkpoints/ and on a custodian's page; audit_verify and break_glass run here as well.
COPY tools/audit_verify.py tools/break_glass.py tools/custodian.py tools/
RUN python -c "from embedded.catalogues import compile_catalogues; compile_catalogues()" \
    && python -m compileall -q platform \
    && useradd --uid 10001 --no-create-home jiebang \
    && install -d -o jiebang -g jiebang -m 0700 /data /opener
# New volumes take their owner from these directories.
VOLUME ["/data", "/opener"]
USER jiebang

EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8"]
