"""The switches of the rehearsal server: what may go wrong, and where the vendors' behaviour is not confirmed.

A ``float`` that is no time is a chance from 0 to 1 for each request or job. ``…_first`` beside it is a count: that many
are struck for certain before chance decides; it is counted anew whenever the weather is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SubmitWeather:
    """What happens to the one POST that costs money.

    Attributes:
        only: Faults of submits, and of the jobs and files that came from them, strike only where the submitted body has
            this text.
        queue_s: Seconds that a job waits in the queue.
        run_s: Seconds that a job runs.
        time_jitter: Share by which both times vary, up and down.
        at_once: Jobs that run at the same time; the others wait.
        rate_limited: A clean 429 with Retry-After; not accepted.
        retry_after_s: What Retry-After says.
        submit_5xx_not_accepted: A 503; not accepted.
        submit_5xx_accepted: A 500, or nginx's 502, after the job was accepted.
        drop_before: The connection drops before the job is accepted.
        drop_reply: The connection drops after the job was accepted.
        hold_reply_s: Seconds for which the answer is held after the job was accepted.
        hold_reply_first: Hold only that many answers; 0 holds all.
        redirect_submit: A 307 to another origin.
        redirect_accepts: Whether a redirected submit was accepted first.
        redirect_to: The origin that redirects name; empty means this server under another host name.
        html_submit: A web page with status 200.
        html_accepts: Whether a submit that is answered by a page was accepted first.
        validate_at_submit: Whether bad input is refused by the POST (unconfirmed; else the job completes as a failure).
        locked_account: Every submit is refused: the balance is used up.
        locked_status: The status code of that (unconfirmed).
        clock_skew_s: Seconds by which the server's clock is ahead.
    """

    only: str | None = None
    queue_s: float = 0.0
    run_s: float = 0.05
    time_jitter: float = 0.0
    at_once: int = 40
    rate_limited: float = 0.0
    rate_limited_first: int = 0
    retry_after_s: int = 1
    submit_5xx_not_accepted: float = 0.0
    submit_5xx_not_accepted_first: int = 0
    submit_5xx_accepted: float = 0.0
    submit_5xx_accepted_first: int = 0
    drop_before: float = 0.0
    drop_before_first: int = 0
    drop_reply: float = 0.0
    drop_reply_first: int = 0
    hold_reply_s: float = 0.0
    hold_reply_first: int = 0
    redirect_submit: float = 0.0
    redirect_submit_first: int = 0
    redirect_accepts: bool = False
    redirect_to: str = ""
    html_submit: float = 0.0
    html_submit_first: int = 0
    html_accepts: bool = False
    validate_at_submit: bool = False
    locked_account: bool = False
    locked_status: int = 403
    clock_skew_s: float = 0.0


@dataclass(frozen=True)
class JobWeather:
    """What happens while a job is asked for.

    Attributes:
        poll_5xx: A 503 on status.
        poll_drop: The connection drops on status.
        poll_lost: A 404 on status although the job lives.
        poll_html: A web page with status 200 on status.
        result_5xx: A 502 on the result although the job is well.
        refuse: The content filter refuses the job.
        fail_5xx_typed: The job fails inside the vendor: status with ``error`` and ``error_type``.
        error_style: Whether a refusal's ``detail`` is a list of errors or a text.
        error_in_status: Whether the status of a refused job carries ``error`` (a job that failed inside always does).
        retry_header: Which name the retry hint has (the vendor's pages disagree).
        cancel_style: What becomes of a cancelled job (unconfirmed).
        bill_refused: Whether a refused job is billed (unconfirmed).
        bill_cancelled: Whether a job that was cancelled while it ran is billed (unconfirmed).
        billable_units_header: Whether the result carries X-Fal-Billable-Units (unconfirmed).
        status_without_logs: Leave ``logs``, ``queue_position`` and ``metrics`` out of status.
    """

    poll_5xx: float = 0.0
    poll_5xx_first: int = 0
    poll_drop: float = 0.0
    poll_drop_first: int = 0
    poll_lost: float = 0.0
    poll_lost_first: int = 0
    poll_html: float = 0.0
    poll_html_first: int = 0
    result_5xx: float = 0.0
    result_5xx_first: int = 0
    refuse: float = 0.0
    refuse_first: int = 0
    fail_5xx_typed: float = 0.0
    fail_5xx_typed_first: int = 0
    error_style: Literal["list", "string"] = "list"
    error_in_status: bool = True
    retry_header: Literal["X-Fal-Retryable", "X-Fal-Needs-Retry"] = "X-Fal-Retryable"
    cancel_style: Literal["completed_error_499", "not_found", "completes_anyway"] = "completed_error_499"
    bill_refused: bool = False
    bill_cancelled: bool = False
    billable_units_header: bool = True
    status_without_logs: bool = False


@dataclass(frozen=True)
class FileWeather:
    """What happens to uploads and downloads.

    Attributes:
        upload_5xx: A 503 on an upload.
        download_5xx: A 503 on a download.
        download_slow_bytes_s: Bytes a second at most; 0 is as fast as can be.
        download_cut: The connection drops in the middle of the body.
        download_wrong_type: A web page with status 200.
        download_short_no_length: Half the body, without a length, ended as if it were whole.
        download_huge: Declares 3 GB.
        download_redirect: A 302 to another origin, which has the file.
    """

    upload_5xx: float = 0.0
    upload_5xx_first: int = 0
    download_5xx: float = 0.0
    download_5xx_first: int = 0
    download_slow_bytes_s: int = 0
    download_cut: float = 0.0
    download_cut_first: int = 0
    download_wrong_type: float = 0.0
    download_wrong_type_first: int = 0
    download_short_no_length: float = 0.0
    download_short_no_length_first: int = 0
    download_huge: float = 0.0
    download_huge_first: int = 0
    download_redirect: float = 0.0
    download_redirect_first: int = 0


@dataclass(frozen=True)
class PlatformWeather:
    """What fal's platform API tells of past jobs, and what the model accepts.

    Attributes:
        listing_5xx: A 503 on the listing of requests.
        listing_lag_s: Seconds until a job is listed.
        listing_unfinished: Whether queued and running jobs are listed (unconfirmed).
        listing_adds_defaults: Whether the stored input has the model's defaults added (unconfirmed).
        listing_payloads: Whether inputs are listed at all.
        listing_window: Whether ``start`` and ``end`` of the listing mean when a job was sent or when it ended.
        billing_lag_s: Seconds until a job is in the billing events.
        billing_admin_only: Whether billing events want a key of another kind (403).
        max_elements: Elements that the model takes at most (unconfirmed: 4 or 7).
        shot_chars: Characters that a shot's prompt may have (unconfirmed: 512 or 2500).
        sum_strict: Whether ``duration`` must be the sum of the shots' (unconfirmed).
        single_image_element_ok: Whether an element may come without reference_image_urls (unconfirmed).
        repeated_frontal_ok: Whether an element's frontal picture may be its only reference (unconfirmed).
        v3_reference: Whether v3 has a reference-to-video endpoint (unconfirmed).
    """

    listing_5xx: float = 0.0
    listing_5xx_first: int = 0
    listing_lag_s: float = 0.0
    listing_unfinished: bool = False
    listing_adds_defaults: bool = False
    listing_payloads: bool = True
    listing_window: Literal["sent_at", "ended_at"] = "sent_at"
    billing_lag_s: float = 0.0
    billing_admin_only: bool = False
    max_elements: int = 4
    shot_chars: int = 2500
    sum_strict: bool = True
    single_image_element_ok: bool = False
    repeated_frontal_ok: bool = True
    v3_reference: bool = False


@dataclass(frozen=True)
class GeminiWeather:
    """What Gemini does.

    Attributes:
        gemini_run_s: Seconds that a picture takes.
        gemini_block_prompt: The prompt is blocked: no candidates.
        gemini_block_output: The picture is blocked: a candidate without content.
        gemini_text_only: The model talks instead of drawing.
        gemini_thoughts: Two pictures of the model's thinking come before the one that counts.
        gemini_429: A clean 429 with RetryInfo; not accepted.
        gemini_5xx: A 503; not accepted.
        gemini_5xx_accepted: A 500 after the picture was made and billed.
        gemini_drop_before: The connection drops before the call is accepted.
        gemini_drop_reply: The picture is made and billed, then the connection drops.
        gemini_v1_image_config: Whether v1 takes imageConfig (unconfirmed); v1beta always does.
        gemini_single_size_ok: Whether a model that makes one size only may be asked for it (unconfirmed; Flash-Lite was
            seen to refuse: github.com/pollinations/pollinations pull 12131, 2026-06-30).
        gemini_inline_cap_bytes: Bytes that a request may have (unconfirmed).
        gemini_wrong_key_status: Status code for a wrong key (unconfirmed: 400, 401 or 403).
        gemini_html: A web page with status 200; not accepted.
        gemini_redirect: A 307 to another origin; not accepted.
    """

    gemini_run_s: float = 0.0
    gemini_block_prompt: float = 0.0
    gemini_block_prompt_first: int = 0
    gemini_block_output: float = 0.0
    gemini_block_output_first: int = 0
    gemini_text_only: float = 0.0
    gemini_text_only_first: int = 0
    gemini_thoughts: float = 0.0
    gemini_thoughts_first: int = 0
    gemini_429: float = 0.0
    gemini_429_first: int = 0
    gemini_5xx: float = 0.0
    gemini_5xx_first: int = 0
    gemini_5xx_accepted: float = 0.0
    gemini_5xx_accepted_first: int = 0
    gemini_drop_before: float = 0.0
    gemini_drop_before_first: int = 0
    gemini_drop_reply: float = 0.0
    gemini_drop_reply_first: int = 0
    gemini_v1_image_config: bool = True
    gemini_single_size_ok: bool = False
    gemini_inline_cap_bytes: int = 20_000_000
    gemini_wrong_key_status: int = 400
    gemini_html: float = 0.0
    gemini_html_first: int = 0
    gemini_redirect: float = 0.0
    gemini_redirect_first: int = 0
