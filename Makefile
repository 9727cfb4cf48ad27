# Two commands are enough: `make run` and `make test`. They install what is missing first.
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: run test check fix bench gates coverage messages install help

run: ## the platform with everything it needs, on http://127.0.0.1:8000 (PORT=… another one); Ctrl-C stops it
	@$(PYTHON) dev.py run

test: ## all tests: units, lifecycles, permissions, browser (ARGS="tests/core -x" for a part)
	@$(PYTHON) dev.py tool pytest -n 2 --dist loadscope --no-loadscope-reorder -q $(ARGS)

check: ## what must hold before a commit: style, types, layers, migrations, generated files, translations
	@$(PYTHON) dev.py tool python tools/check.py $(ARGS)

fix: ## what a program can mend: format, imports, generated documents, catalogues, requirements
	@$(PYTHON) dev.py tool python tools/check.py --fix

bench: ## requests per second and queries per page with 2,000 needs and 20,000 bids
	@$(PYTHON) dev.py tool python tools/bench.py $(ARGS)

gates: ## the long versions: 2,000 random walks of forty steps, forty kills under load, 10,000 promises judged, everybody at every door (an hour)
	@WALKS=2000 KILLS=40 SHEETS=10000 ONE_IN=1 $(PYTHON) dev.py tool pytest -q tests/workflow/test_walks.py tests/test_storm.py tests/reports/test_recomputed.py tests/test_permissions.py tests/test_permissions_office.py

coverage: ## the tests again, with the lines and templates that nothing ran
	@$(PYTHON) dev.py tool pytest -n 2 --dist loadscope --no-loadscope-reorder -q --cov --cov-report=term:skip-covered $(ARGS)

messages: ## collect the texts to translate into platform/locale/en/LC_MESSAGES/django.po
	@$(PYTHON) dev.py tool python tools/messages.py

install: ## only the packages
	@$(PYTHON) dev.py install

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18
