# Everything starts from here. Python 3.11 or later, and make: the rest is installed in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

BENCHES := starting questionnaire crowd workers tagging tallies search workbench exports sending million curves

.DEFAULT_GOAL := help
.PHONY: help install run test lint format demo model train quality bench

help: ## Montrer cette aide
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

install: $(VENV)/.installed ## Installer dans .venv ce que demande requirements.txt

run: install ## Installer ce qui manque, mettre la base à jour, servir
	@$(FLASK) setup
	@exec $(FLASK) start

demo: install ## Remplir une base vide d’un appel fictif
	@$(FLASK) setup
	@$(FLASK) demo

model: install ## Télécharger le modèle français de spaCy qui convient
	@$(BIN)/python -m analysis model

train: install ## Apprendre les thèmes du corpus étiqueté (analysis/training.cfg)
	@$(BIN)/python -m analysis train analysis/pipelines/fr_recueil

quality: install ## Refaire docs/qualite-etiquetage.md par validation croisée
	@$(BIN)/python -m analysis quality docs/qualite-etiquetage.md

test: $(VENV)/.installed-dev ## Lancer tous les tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

lint: $(VENV)/.installed-dev ## Vérifier l’écriture, les types, qui importe qui, licences et failles connues
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m checks.dependencies

format: $(VENV)/.installed-dev ## Mettre le code en forme
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: $(VENV)/.installed-dev ## Mesurer les vitesses, et refaire le tableau de docs/performances.md
	@for each in $(BENCHES); do echo "== $$each"; $(BIN)/python -m bench.$$each || exit 1; done

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Recueil demande Python 3.11 ou plus : PYTHON=python3.12 make run, par exemple."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Le module venv de Python manque : sous Debian, apt install python3-venv."; exit 1; }

$(VENV)/.installed: requirements.txt constraints.txt | $(BIN)/python
	@echo "Installation de ce que demande Recueil (une fois)…"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt constraints.txt | $(BIN)/python
	@echo "Installation de ce que demandent les tests (une fois)…"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
