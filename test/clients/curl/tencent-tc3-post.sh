#!/usr/bin/env bash
# BankCard4EVerification by hand after the signature document (api/213/30654): TC3-HMAC-SHA256 over
# content-type, host and x-tc-action, under the vendor's own host name.
# Needs ENDPOINT, SECRET_ID, SECRET_KEY and BODY; LANGUAGE_TAG may be empty.
set -euo pipefail

host=faceid.tencentcloudapi.com
type='application/json; charset=utf-8'
action=BankCard4EVerification
read -r timestamp date < <(date -u '+%s %F')
scope=$date/faceid/tc3_request
signed='content-type;host;x-tc-action'

sha256() { printf '%s' "$1" | openssl dgst -sha256 -r | cut -d' ' -f1; }
hmac() { printf '%s' "$2" | openssl dgst -sha256 -r -mac HMAC -macopt "hexkey:$1" | cut -d' ' -f1; }

headers=$(printf 'content-type:%s\nhost:%s\nx-tc-action:%s' "$type" "$host" "$(tr '[:upper:]' '[:lower:]' <<<"$action")")
request=$(printf 'POST\n/\n\n%s\n\n%s\n%s' "$headers" "$signed" "$(sha256 "$BODY")")
to_sign=$(printf 'TC3-HMAC-SHA256\n%s\n%s\n%s' "$timestamp" "$scope" "$(sha256 "$request")")

key=$(printf 'TC3%s' "$SECRET_KEY" | od -An -v -tx1 | tr -d ' \n')
for part in "$date" faceid tc3_request "$to_sign"; do key=$(hmac "$key" "$part"); done

curl -s -i -X POST "$ENDPOINT/" \
  -H "Authorization: TC3-HMAC-SHA256 Credential=$SECRET_ID/$scope, SignedHeaders=$signed, Signature=$key" \
  -H "Content-Type: $type" -H "Host: $host" -H "X-TC-Action: $action" \
  -H "X-TC-Timestamp: $timestamp" -H 'X-TC-Version: 2018-03-01' \
  ${LANGUAGE_TAG:+-H "X-TC-Language: $LANGUAGE_TAG"} --data-binary "$BODY"
