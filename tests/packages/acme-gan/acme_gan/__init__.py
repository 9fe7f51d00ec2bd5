"""A loss, a regularizer, a game and an extractor for ganreg, as a separate package offers them."""

from ganreg import Component, hookimpl


@hookimpl
def ganreg_losses() -> list[Component]:
    """Offers the loss."""
    return [Component("soft-hinge", "acme_gan.soft_hinge:SoftHinge", "a hinge with a rounded corner")]


@hookimpl
def ganreg_regularizers() -> list[Component]:
    """Offers the regularizer."""
    return [
        Component(
            "cosine-penalty",
            "acme_gan.cosine_penalty:CosinePenalty",
            "keeps D's features of reals and fakes apart",
        )
    ]


@hookimpl
def ganreg_games() -> list[Component]:
    """Offers the game."""
    return [Component("restoration", "acme_gan.restoration:Restoration", "restores samples from their sources")]


@hookimpl
def ganreg_extractors() -> list[Component]:
    """Offers the extractor."""
    return [
        Component(
            "channel-statistics",
            "acme_gan.channel_statistics:ChannelStatistics",
            "mean and standard deviation of each channel",
        )
    ]
