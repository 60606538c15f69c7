#!/usr/bin/env bash
# BankCard4EVerification as document 1007/35775 prints it: a GET with everything in the query, signed
# with HmacSHA1 (api/213/30654), which is what an absent SignatureMethod means.
# Needs HOST, SECRET_ID and SECRET_KEY; arguments are name=value.
set -euo pipefail

all=("$@" Action=BankCard4EVerification Version=2018-03-01 "Timestamp=$(date +%s)" "Nonce=$RANDOM"
  "SecretId=$SECRET_ID")
sorted=$(printf '%s\n' "${all[@]}" | LC_ALL=C sort | paste -s -d '&' -)
signature=$(printf 'GET%s/?%s' "$HOST" "$sorted" |
  openssl dgst -sha1 -hmac "$SECRET_KEY" -binary | base64)

query=()
for pair in "${all[@]}" "Signature=$signature"; do query+=(--data-urlencode "$pair"); done
curl -s -i --get "http://$HOST/" "${query[@]}"
