-- What is due is found without a look at the webhooks, of which most have nothing to tell.
create index webhook_delivery_by_time on webhook_delivery (next_at) where next_at is not null;
create index webhook_hearing on webhook (hears_from) where enabled;
