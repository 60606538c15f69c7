#!/usr/bin/env bash
# 1887 as its market page calls it: curl with an AppCode and the elements as raw text.
# Needs ENDPOINT and APP_CODE; arguments are name=value.
set -euo pipefail

form=$(printf '%s&' "$@")
curl -s -i -X POST "$ENDPOINT/communication/personal/1887" \
  -H "Authorization:APPCODE $APP_CODE" --data "${form%&}"
