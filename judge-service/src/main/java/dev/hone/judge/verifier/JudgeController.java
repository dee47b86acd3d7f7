package dev.hone.judge.verifier;

import dev.hone.contracts.judge.JudgeList;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /api/v1/judges`.
@RestController
class JudgeController {

    private final JudgeCatalog catalog;

    JudgeController(JudgeCatalog catalog) {
        this.catalog = catalog;
    }

    @GetMapping("/api/v1/judges")
    JudgeList judges() {
        return catalog.list();
    }
}
