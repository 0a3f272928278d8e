# 采评 Caiping. `make` alone explains itself. Every target first runs bin/setup, which is idempotent and quick.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

VENV   := .venv/bin
PURE   := kernel sealing law rubric procurement evaluation
# Pure packages and rooms that exist in this tree; a stage that is not built yet is not checked.
BUILT   = $(wildcard $(PURE))
JOBS  ?= auto
PORT  ?= 8000
SERVE ?= 1
PYTEST := $(VENV)/python -m pytest -n $(JOBS)

.PHONY: help demo training run worker test test-deep lint bench fonts screens glossary lock clean ready ready-test

help:  ## 显示本说明 · this list
	@echo "采评 Caiping — 政府购买社会工作服务: 采购与评估"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  先试: make demo     再试: make test     (README.zh-CN.md, README.md)"

demo: ready  ## 演示一个真实项目从公告到评估报告, 随后开放网站 · the whole story (SERVE=0: end without serving)
	@$(VENV)/flask demo $(if $(filter 0 no,$(SERVE)),--no-serve)

training: ready  ## 训练模式: 独立数据库, 可拨动的时钟, 陪练 · a tender in ten minutes (PORT=…, RESTART=1)
	@$(VENV)/flask training --port $(PORT) $(if $(filter 1 yes,$(RESTART)),--restart)

run: ready  ## 升级数据库并在 127.0.0.1:8000 开放网站 · migrate and serve (PORT=…)
	@$(VENV)/flask --app wsgi db upgrade
	@$(VENV)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers 2 wsgi:app

worker: ready  ## 后台作业: 到期事项与对外消息 · the worker: what is due, and what is to be sent
	@$(VENV)/flask --app wsgi jobs work

test: lint  ## 全部检查与测试 · style, types, import contracts, then every test
	@$(PYTEST)

test-deep: lint  ## 长时间的性质测试与慢测试 · long property runs and the slow tests
	@HYPOTHESIS_PROFILE=deep $(PYTEST) -m "deep or not deep"

lint: ready-test  ## 代码风格、类型、引用方向 · ruff, mypy on the pure core, import contracts
	@echo "— ruff"
	@$(VENV)/ruff check .
	@echo "— mypy ($(BUILT))"
	@$(VENV)/mypy $(foreach package,$(BUILT),--package $(package))
	@echo "— import contracts"
	@$(VENV)/lint-imports --config setup.cfg

bench: ready-test  ## 以同次运行的下限为尺度测速 · every quoted figure, as a ratio to its floor (LARGE=1: a million procurements)
	@$(if $(LARGE),CAIPING_MANY=1000000) $(VENV)/python -m benchmarks

fonts: ready-test  ## 重新生成随附的中文字体 · rebuild the Chinese fonts in the tree
	@$(VENV)/python bin/make-fonts

screens: ready-test  ## 重新拍摄 docs/screens 的画面 · key pages in a real Chromium (ONLY=07)
	@$(VENV)/python bin/make-screens $(ONLY)

glossary: ready  ## 由枚举生成术语表 · write docs/glossary.md from the enums
	@$(VENV)/python bin/make-glossary

lock:  ## 重新锁定依赖 · resolve the dependencies again, with hashes
	@bin/make-lock

clean:  ## 删除环境与生成物 · remove the environment and everything generated
	@rm -rf .venv var build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

ready:
	@bin/setup run

ready-test:
	@bin/setup test
