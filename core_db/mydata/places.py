"""Where this capability seals what it keeps; each value opens nowhere else."""

from core_db.foundation.sealing import SealedPlace
from core_db.mydata.model import SCOPE


def export_place(export_id: str) -> SealedPlace:
    return SealedPlace(table="data_exports", column="key_sealed", row_id=export_id, community_id=SCOPE)


def wanted_place(request_id: str, community_id: str) -> SealedPlace:
    return SealedPlace(
        table="correction_requests", column="wanted_sealed", row_id=request_id, community_id=community_id
    )


def birth_place(guardianship_id: str, community_id: str) -> SealedPlace:
    return SealedPlace(
        table="guardianships", column="birth_sealed", row_id=guardianship_id, community_id=community_id
    )
