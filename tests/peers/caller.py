"""The vendor's client for Python, and requests for it."""

import os
import warnings

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
