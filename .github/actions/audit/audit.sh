#!/usr/bin/env bash
# What the action runs; every input is in the environment. Inputs are passed as words of their own, never as text of a shell, but for PROGRAM and ARGUMENTS, which are split at spaces.
set -uo pipefail
call=("$COMMAND" "$ALGORITHM" --reporter github --level "$LEVEL" --report-to "junit=$JUNIT,sarif=$SARIF")
if [ -n "$BASELINE" ]; then call+=(--baseline "$BASELINE"); fi
if [ "$STRICT" = true ]; then call+=(--strict); fi
mkdir -p "$(dirname "$JUNIT")" "$(dirname "$SARIF")"
read -r -a program <<<"$PROGRAM"
read -r -a more <<<"$ARGUMENTS"
code=0
"${program[@]}" "${call[@]}" ${more[@]+"${more[@]}"} || code=$?
{
  echo "exit-code=$code"
  if [ -e "$JUNIT" ]; then echo "junit=$JUNIT"; fi
  if [ -e "$SARIF" ]; then echo "sarif=$SARIF"; fi
} >>"$GITHUB_OUTPUT"
exit "$code"
