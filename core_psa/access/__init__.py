"""Who may come in.

`actions` signs people in and makes API keys; `sessions` are signed-in browsers; `second_factor` is the authenticator;
`single_sign_on` and `providers` are identity providers; `roles` says what people may do; `answers` keeps what idempotent
requests were answered. Secrets are kept as hashes, except an authenticator's, which has to be computed with.
"""
