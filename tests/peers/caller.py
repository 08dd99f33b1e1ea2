"""The vendor's client for Python, and requests for it.

As a program it makes calls, some at a time, with one end point each:

    caller.py ENDPOINT PROJECT CALLS THREADS
"""

import os
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

warnings.simplefilter("ignore")

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkdrs.v3 import (
    BatchModifyPwdReq,
    BatchResetPasswordRequest,
    DrsClient,
    ModifyPwdEndPoint,
)


def client(endpoint, project, ak=None, sk=None, security_token=None):
    """The vendor's client for an endpoint, with the environment's access key or this one."""
    credentials = BasicCredentials(
        ak or os.environ["HUAWEICLOUD_SDK_AK"],
        sk or os.environ["HUAWEICLOUD_SDK_SK"],
        project,
    )
    if security_token:
        credentials = credentials.with_security_token(security_token)
    builder = DrsClient.new_builder().with_credentials(credentials)
    return builder.with_endpoint(endpoint).build()


def request(*items):
    """A request for these items: task, side, password."""
    jobs = [
        ModifyPwdEndPoint(job_id=job, end_point_type=side, db_password=password)
        for job, side, password in items
    ]
    return BatchResetPasswordRequest(body=BatchModifyPwdReq(jobs=jobs))


def main(endpoint, project, calls, threads):
    made = client(endpoint, project)

    def call(number):
        task = f"{number:08}-5a7e-4000-8000-0000000000jb"
        answer = made.batch_reset_password(request((task, "so", f"test-New-{number}")))
        return answer.results[0].status

    with ThreadPoolExecutor(int(threads)) as pool:
        statuses = set(pool.map(call, range(int(calls))))
    if statuses != {"success"}:
        raise SystemExit(f"not only success: {statuses}")


if __name__ == "__main__":
    main(*sys.argv[1:])
