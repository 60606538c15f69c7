"""Drives tencentcloud-sdk-python as an application does: only the endpoint is changed."""

import json
import sys
from importlib.metadata import version

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301.faceid_client import FaceidClient
from tencentcloud.faceid.v20180301.models import BankCard4EVerificationRequest

CLIENT = "tencentcloud-sdk-python"


def client_for(order):
    http = HttpProfile(protocol="http", reqMethod=order["verb"])
    if order.get("gateway"):
        http.apigw_endpoint = order["endpoint"]
    else:
        http.endpoint = order["endpoint"]
    profile = ClientProfile(signMethod=order["signMethod"], httpProfile=http)
    profile.unsignedPayload = order.get("unsignedPayload", False)
    if "language" in order:
        profile.language = order["language"]
    return FaceidClient(Credential(order["id"], order["secret"]), "", profile)


def verify(order):
    """The typed call, or the generic one for a parameter that the types do not know."""
    client, parameters = client_for(order), order["parameters"]
    if order.get("unknownParameter"):
        reply = client.call_json("BankCard4EVerification", parameters)["Response"]
        return {"result": reply["Result"], "requestId": reply["RequestId"]}
    request = BankCard4EVerificationRequest()
    request.from_json_string(json.dumps(parameters))
    reply = client.BankCard4EVerification(request)
    return {
        "result": reply.Result,
        "description": reply.Description,
        "requestId": reply.RequestId,
    }


def read(order):
    try:
        return verify(order)
    except TencentCloudSDKException as error:
        return {
            "error": {
                "type": type(error).__name__,
                "code": error.get_code(),
                "message": error.get_message(),
                "requestId": error.get_request_id(),
            }
        }


def say(line):
    print(json.dumps(line), flush=True)


def main():
    say({"client": CLIENT, "version": version("tencentcloud-sdk-python-faceid")})
    for line in sys.stdin:
        order = json.loads(line)
        echo = {name: order[name] for name in ("case", "mode", "verb")}
        say({"client": CLIENT, **echo, **read(order)})


main()
