# Servers that are no buckets. The distribution is its owner's; the server's answers are the server's.

output "custom_origins" {
  description = "Servers by asset: `domain_name` and the members of `custom_origin_config` for the distribution's origin, whose `origin_id` is the asset's id."
  value = {
    for id, server in local.custom_origins : id => {
      domain_name            = server.domain_name
      http_port              = 80
      https_port             = server.https_port
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    } if var.create
  }
}

output "origin_contracts" {
  description = "What each server must answer, by asset: the first rule that matches origin, method and request headers decides, and what none matches gets no CORS headers. Without rules the server sends none at all."
  value       = { for id, server in local.custom_origins : id => server.contract if var.create }
}
